import { setImmediate as nextTurn } from "node:timers/promises";
import type { Message } from "./message.ts";

/** Event-loop turns given to the sockets to hand over what a client had already sent. */
const DRAIN_TURNS = 5;

/** `abort`: what is queued behind this request must not run. */
export type Verdict = "continue" | "abort";

export interface LaneHandlers {
  handle(request: Message): Promise<Verdict>;
  /** Called instead of `handle` for a queued request of type execute_request that must not run. */
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
      const verdict = await this.#handlers.handle(request);
      if (verdict === "abort" || this.#abort) await this.#abortCells();
    }
    this.#busy = false;
  }

  async #abortCells(): Promise<void> {
    for (let turn = 0; turn < DRAIN_TURNS; turn += 1) await nextTurn();
    this.#abort = false;
    const queued = this.#queue;
    this.#queue = queued.filter((request) => request.header.msg_type !== "execute_request");
    for (const request of queued) if (request.header.msg_type === "execute_request") this.#handlers.abort(request);
  }
}
