import { Worker } from "node:worker_threads";
import type { Disposable } from "../../../runtime/dispose.ts";
import { entryPath } from "../../../runtime/entry.ts";
import { asRetortError, RetortError } from "../../../runtime/errors.ts";
import type { FromWorker, HostMethod, JsError, ToWorker } from "./protocol.ts";

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

export type JsOutcome =
  | { status: "ok"; value: string | null; vars: Record<string, unknown> }
  | { status: "error"; error: JsError };

export interface JsRunnerOptions {
  /** Where `require` and `import()` start to resolve. */
  folder: string;
  /** Time that code may take by itself; waiting for a model or for the user does not count. */
  timeLimitMs?: number;
}

export const DEFAULT_TIME_LIMIT_MS = 60_000;
/** After an interrupt, code that only waits ends by itself within this time; code that computes has to be ended. */
const INTERRUPT_GRACE_MS = 60;
/** Contexts kept for output that comes after the end of its cell (timers). */
const REMEMBERED_CELLS = 16;

/** The worker behind the `%%js` cells of one notebook, started with the first of them. */
export class JsRunner implements Disposable {
  readonly #options: Required<JsRunnerOptions>;
  readonly #hosts = new Map<number, JsHost>();
  #worker: Worker | null = null;
  #count = 0;

  constructor(options: JsRunnerOptions) {
    this.#options = { timeLimitMs: DEFAULT_TIME_LIMIT_MS, ...options };
  }

  /**
   * Runs one cell. Errors of the code are an outcome; rejects with `cancelled` after an interrupt,
   * `js_timeout` at the time limit and `js_worker_ended` when the code ended its thread.
   */
  async run(code: JsCode, host: JsHost, signal: AbortSignal): Promise<JsOutcome> {
    signal.throwIfAborted();
    const worker = (this.#worker ??= this.#start());
    const cell = ++this.#count;
    this.#remember(cell, host);
    const execution = new Execution(cell, worker, host, signal, this.#options.timeLimitMs);
    try {
      return await execution.run(code);
    } finally {
      if (execution.lostWorker) await this.#drop(worker);
    }
  }

  async dispose(): Promise<void> {
    if (this.#worker !== null) await this.#drop(this.#worker);
  }

  #start(): Worker {
    const worker = new Worker(entryPath("js-worker"), { workerData: { folder: this.#options.folder }, stdout: true, stderr: true, execArgv: ["--disable-warning=ExperimentalWarning"] });
    worker.unref();
    worker.on("message", (message: FromWorker) => this.#output(message));
    worker.stdout.on("data", (data: Buffer) => this.#hosts.get(this.#count)?.stream("stdout", data.toString()));
    worker.stderr.on("data", (data: Buffer) => this.#hosts.get(this.#count)?.stream("stderr", data.toString()));
    return worker;
  }

  async #drop(worker: Worker): Promise<void> {
    if (this.#worker === worker) this.#worker = null;
    await worker.terminate();
  }

  #remember(cell: number, host: JsHost): void {
    this.#hosts.set(cell, host);
    this.#hosts.delete(cell - REMEMBERED_CELLS);
  }

  #output(message: FromWorker): void {
    const host = this.#hosts.get(message.cell);
    if (message.type === "stream") host?.stream(message.name, message.text);
    else if (message.type === "display") host?.display(message.data, message.metadata);
    else if (message.type === "clear") host?.clear();
  }
}

/** One cell in the worker. */
class Execution {
  /** The worker was ended or has to be. */
  lostWorker = false;
  readonly #cell: number;
  readonly #worker: Worker;
  readonly #host: JsHost;
  readonly #signal: AbortSignal;
  readonly #limit: number;
  #timer: NodeJS.Timeout | undefined;
  #waiting = 0;
  #interrupted = false;

  constructor(cell: number, worker: Worker, host: JsHost, signal: AbortSignal, limit: number) {
    this.#cell = cell;
    this.#worker = worker;
    this.#host = host;
    this.#signal = signal;
    this.#limit = limit;
  }

  run(code: JsCode): Promise<JsOutcome> {
    return new Promise<JsOutcome>((resolve, reject) => {
      const lose = (error: RetortError) => {
        this.lostWorker = true;
        reject(error);
      };
      const onMessage = (message: FromWorker) => {
        if (message.cell !== this.#cell) return;
        if (message.type === "call") void this.#answer(message, () => this.#startTimer(lose));
        else if (this.#interrupted && (message.type === "done" || message.type === "error")) reject(interrupted(false));
        else if (message.type === "done") resolve({ status: "ok", value: message.value, vars: message.vars });
        else if (message.type === "error") resolve({ status: "error", error: message.error });
      };
      const onExit = () => lose(workerEnded());
      const onError = (error: Error) => lose(workerEnded(error));
      const onAbort = () => this.#interrupt(lose);
      this.#worker.on("message", onMessage).once("exit", onExit).once("error", onError);
      this.#signal.addEventListener("abort", onAbort, { once: true });
      this.#release = () => {
        clearTimeout(this.#timer);
        this.#worker.off("message", onMessage).off("exit", onExit).off("error", onError);
        this.#signal.removeEventListener("abort", onAbort);
      };
      this.#send({ type: "run", cell: this.#cell, ...code });
      this.#startTimer(lose);
    }).finally(() => this.#release());
  }

  #release: () => void = () => undefined;

  async #answer(message: Extract<FromWorker, { type: "call" }>, resume: () => void): Promise<void> {
    this.#waiting++;
    clearTimeout(this.#timer);
    try {
      const value = await this.#host.call(message.method, message.args, this.#signal);
      this.#send({ type: "return", call: message.call, value });
    } catch (error) {
      this.#send({ type: "throw", call: message.call, error: asRetortError(error).fields() });
    }
    this.#waiting--;
    if (this.#waiting === 0 && !this.#interrupted) resume();
  }

  #startTimer(lose: (error: RetortError) => void): void {
    this.#timer = setTimeout(() => lose(timeLimit(this.#limit)), this.#limit);
  }

  #interrupt(lose: (error: RetortError) => void): void {
    this.#interrupted = true;
    clearTimeout(this.#timer);
    this.#send({ type: "interrupt", cell: this.#cell });
    this.#timer = setTimeout(() => lose(interrupted(true)), INTERRUPT_GRACE_MS);
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
