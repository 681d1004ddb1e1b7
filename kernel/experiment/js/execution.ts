import type { Worker } from "node:worker_threads";
import { asRetortError, RetortError } from "../../../runtime/errors.ts";
import type { FromWorker, HostMethod, JsError, Task, ToWorker } from "./protocol.ts";

/** What running code may do to the notebook. */
export interface JsHost {
  stream(name: "stdout" | "stderr", text: string): void;
  display(data: Record<string, unknown>, metadata: Record<string, unknown>): void;
  clear(): void;
  call(method: HostMethod, args: unknown[], signal: AbortSignal): Promise<unknown>;
}

export interface JsCode {
  code: string;
  vars: Record<string, unknown>;
  results: Record<string, unknown>;
}

/** What the worker is to begin with. */
export type JsStart = { type: "run" } & JsCode | { type: "invoke"; task: Task; vars: Record<string, unknown>; results: Record<string, unknown> };

export type JsOutcome =
  | { status: "ok"; value: string | null; vars: Record<string, unknown> }
  | { status: "returned"; value: unknown }
  | { status: "error"; error: JsError };

/** After an interrupt, code that only waits ends by itself within this time; code that computes has to be ended. */
export const INTERRUPT_GRACE_MS = 60;

/** One cell in the worker. */
export class Execution {
  /** The worker was ended or has to be. */
  lostWorker = false;
  readonly #cell: number;
  readonly #worker: Worker;
  readonly #host: JsHost;
  readonly #signal: AbortSignal;
  readonly #limit: number;
  readonly #grace: number;
  #timer: NodeJS.Timeout | undefined;
  #waiting = 0;
  #interrupted = false;

  constructor(cell: number, worker: Worker, host: JsHost, signal: AbortSignal, limit: number, grace: number) {
    this.#cell = cell;
    this.#worker = worker;
    this.#host = host;
    this.#signal = signal;
    this.#limit = limit;
    this.#grace = grace;
  }

  /** Rejects with `cancelled`, `js_timeout` or `js_worker_ended`. */
  async run(start: JsStart): Promise<JsOutcome> {
    let resolve: (outcome: JsOutcome) => void = () => undefined;
    const outcome = new Promise<JsOutcome>((onDone, onLost) => {
      resolve = onDone;
      this.#lose = (error) => {
        this.lostWorker = true;
        onLost(error);
      };
    });
    const onMessage = (message: FromWorker) => {
      if (message.cell !== this.#cell) return;
      if (message.type === "started") this.#resumeTimer();
      else if (message.type === "call") void this.#answer(message);
      else if (message.type === "done") resolve({ status: "ok", value: message.value, vars: message.vars });
      else if (message.type === "returned") resolve({ status: "returned", value: message.value });
      else if (message.type === "error") resolve({ status: "error", error: message.error });
    };
    const onExit = () => this.#lose(workerEnded());
    const onError = (error: Error) => this.#lose(workerEnded(error));
    const onAbort = () => this.#interrupt();
    this.#worker.on("message", onMessage).once("exit", onExit).once("error", onError);
    this.#signal.addEventListener("abort", onAbort, { once: true });
    this.#send({ ...start, cell: this.#cell });
    try {
      const ended = await outcome;
      if (this.#interrupted) throw interrupted(false);
      return ended;
    } finally {
      clearTimeout(this.#timer);
      this.#worker.off("message", onMessage).off("exit", onExit).off("error", onError);
      this.#signal.removeEventListener("abort", onAbort);
    }
  }

  #lose: (error: RetortError) => void = () => undefined;

  /** A call to the session. The time limit rests meanwhile. */
  async #answer({ call, method, args }: Extract<FromWorker, { type: "call" }>): Promise<void> {
    this.#waiting++;
    clearTimeout(this.#timer);
    try {
      this.#send({ type: "return", call, value: await this.#host.call(method, args, this.#signal) });
    } catch (error) {
      this.#send({ type: "throw", call, error: asRetortError(error).fields() });
    }
    this.#waiting--;
    this.#resumeTimer();
  }

  #resumeTimer(): void {
    if (this.#waiting > 0 || this.#interrupted) return;
    this.#timer = setTimeout(() => this.#lose(timeLimit(this.#limit)), this.#limit);
  }

  #interrupt(): void {
    this.#interrupted = true;
    clearTimeout(this.#timer);
    this.#send({ type: "interrupt", cell: this.#cell });
    this.#timer = setTimeout(() => this.#lose(interrupted(true)), this.#grace);
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}

function interrupted(stateLost: boolean): RetortError {
  const message = stateLost
    ? "The cell was interrupted while it computed, so its worker was ended: the names that %%js cells had defined are gone."
    : "The cell was interrupted. The names that %%js cells had defined are kept.";
  return new RetortError({ code: "cancelled", message, status: 499 });
}

function timeLimit(ms: number): RetortError {
  return new RetortError({
    code: "js_timeout",
    message: `The cell took longer than ${ms / 1000} s and was ended: the names that %%js cells had defined are gone.`,
    hint: "Run the cells that define them again. Waiting for a model or for input does not count towards the limit.",
    status: 408,
  });
}

function workerEnded(cause?: Error): RetortError {
  return new RetortError({
    code: "js_worker_ended",
    message: `The worker of the %%js cells ended${cause === undefined ? " (process.exit?)" : `: ${cause.message}`}. The names that they had defined are gone.`,
    hint: "Run the cells that define them again.",
  }, { cause });
}
