import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "./message.ts";

/** How long the answer to a failed cell waits for cells that its client had already sent. */
const DRAIN_MS = 20;

/** A request that has been served, but not yet answered. */
export interface Served {
  /** True when the cells queued behind it must not run. */
  abort: boolean;
  /** Sends the answer. */
  finish(): void;
}

export interface LaneHandlers {
  serve(request: Message): Promise<Served>;
  /** Called instead of `serve` for a queued execute_request that must not run. */
  abort(request: Message): void;
}

/** The queue of one shell (main or subshell): requests run one after the other, in order of arrival. */
export class Lane {
  readonly #handlers: LaneHandlers;
  #queue: Message[] = [];
  #busy = false;
  #finished: Promise<void> = Promise.resolve();
  #abort = false;

  constructor(handlers: LaneHandlers) {
    this.#handlers = handlers;
  }

  push(request: Message): void {
    this.#queue.push(request);
    if (!this.#busy) this.#finished = this.#run();
  }

  /** Resolves when nothing runs or waits. */
  finished(): Promise<void> {
    return this.#finished;
  }

  /** Cells queued now, or still on their way from a client that has sent them, will not run. No effect on an idle lane. */
  abortQueued(): void {
    this.#abort = this.#busy;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
      const served = await this.#handlers.serve(request);
      // Taken before the answer goes out: a cell that is sent in reply to the answer must run.
      const aborted = served.abort || this.#abort ? await this.#takeCells() : [];
      served.finish();
      for (const cell of aborted) this.#handlers.abort(cell);
    }
    this.#busy = false;
  }

  async #takeCells(): Promise<Message[]> {
    await sleep(DRAIN_MS);
    this.#abort = false;
    const queued = this.#queue;
    this.#queue = queued.filter((request) => !isCell(request));
    return queued.filter(isCell);
  }
}

function isCell(request: Message): boolean {
  return request.header.msg_type === "execute_request";
}
