import { Worker } from "node:worker_threads";
import type { Disposable } from "../../../runtime/dispose.ts";
import { entryPath } from "../../../runtime/entry.ts";
import { Execution, INTERRUPT_GRACE_MS, type JsCode, type JsHost, type JsOutcome, type JsStart } from "./execution.ts";
import { RetortError } from "../../../runtime/errors.ts";
import type { FromWorker, Task } from "./protocol.ts";

export interface JsRunnerOptions {
  /** Where `require` and `import()` start to resolve. */
  folder: string;
  /** Time that code may take by itself; waiting for a model or for the user does not count. */
  timeLimitMs?: number;
  /** Time that code which only waits has to end after an interrupt, before its worker is ended with all names. */
  interruptGraceMs?: number;
}

export const DEFAULT_TIME_LIMIT_MS = 60_000;
/** Time that a tool, a scorer or an expression may wait by itself; it then ends with an error, and the names stay. */
const TASK_WAIT_MS = 10_000;
/** After that its worker is taken for hung. */
const TASK_LIMIT_MS = 20_000;
/** Contexts kept for output that comes after the end of its cell (timers). */
const REMEMBERED_CELLS = 16;

/** The worker behind the `%%js` cells of one notebook, started with the first of them. */
export class JsRunner implements Disposable {
  readonly #options: Required<JsRunnerOptions>;
  readonly #hosts = new Map<number, JsHost>();
  #worker: Worker | null = null;
  #count = 0;

  constructor(options: JsRunnerOptions) {
    this.#options = { timeLimitMs: DEFAULT_TIME_LIMIT_MS, interruptGraceMs: INTERRUPT_GRACE_MS, ...options };
  }

  /**
   * Runs one cell. Errors of the code are an outcome; rejects with `cancelled` after an interrupt,
   * `js_timeout` at the time limit and `js_worker_ended` when the code ended its thread.
   */
  async run(code: JsCode, host: JsHost, signal: AbortSignal): Promise<Exclude<JsOutcome, { status: "returned" }>> {
    const outcome = await this.#execute({ type: "run", ...code }, host, signal, this.#options.timeLimitMs);
    if (outcome.status === "returned") throw new Error("A cell ended like a task.");
    return outcome;
  }

  /**
   * Does a task with the names that `%%js` cells have defined. Rejects with the code's error (`js_error`), with
   * `unknown_tool` and `unknown_scorer`, and like {@link run}.
   */
  async invoke(task: Task, names: Pick<JsCode, "vars" | "results">, host: JsHost, signal: AbortSignal): Promise<unknown> {
    const outcome = await this.#execute({ type: "invoke", task, ...names }, host, signal, Math.min(TASK_LIMIT_MS, this.#options.timeLimitMs));
    if (outcome.status === "returned") return outcome.value;
    if (outcome.status === "ok") throw new Error("A task ended like a cell.");
    const { ename, evalue, code = "js_error", traceback } = outcome.error;
    const hint = traceback.find((line) => line.startsWith("Hint: "))?.slice("Hint: ".length);
    throw new RetortError({ code, message: code === "js_error" ? `${ename}: ${evalue}` : evalue, status: 400, ...(hint === undefined ? {} : { hint }) });
  }

  async #execute(start: JsStart, host: JsHost, signal: AbortSignal, limit: number): Promise<JsOutcome> {
    signal.throwIfAborted();
    const worker = (this.#worker ??= this.#start());
    const cell = ++this.#count;
    this.#remember(cell, host);
    const execution = new Execution(cell, worker, host, signal, limit, this.#options.interruptGraceMs);
    try {
      return await execution.run(start);
    } finally {
      if (execution.lostWorker) await this.#drop(worker);
    }
  }

  async dispose(): Promise<void> {
    if (this.#worker !== null) await this.#drop(this.#worker);
  }

  #start(): Worker {
    const worker = new Worker(entryPath("js-worker"), { workerData: { folder: this.#options.folder, waitMs: Math.min(TASK_WAIT_MS, this.#options.timeLimitMs / 2) }, stdout: true, stderr: true, execArgv: ["--disable-warning=ExperimentalWarning"] });
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
