import type { IOutput } from "@jupyterlab/nbformat";
import { isJsonObject, type Json, type Message } from "../message.ts";
import type { OutboundChannel } from "../transport.ts";
import { OutputCollector, type OutputEvent } from "./output-collector.ts";

export interface ExecuteOptions {
  /** Called for each change to the outputs, also for those made after the reply (late text, updated displays). */
  onOutput?(event: OutputEvent, outputs: readonly IOutput[]): void;
  /** Answers a question from the cell. Without it the cell is told that there is nobody to ask. */
  onInput?(prompt: string, password: boolean): Promise<string>;
  /** The cell has left the queue and begun to run. */
  onStart?(executionCount: number): void;
  /** Default false. */
  silent?: boolean;
  /** Default: the opposite of `silent`. */
  storeHistory?: boolean;
  /** Whether an error here aborts the cells queued behind. Default true. */
  stopOnError?: boolean;
  userExpressions?: Record<string, string>;
  /** Aborting interrupts the kernel; the reply then says how the cell ended. */
  signal?: AbortSignal;
}

export interface ExecuteReply {
  status: "ok" | "error" | "aborted";
  executionCount: number | null;
  /** In the form of a notebook file. */
  outputs: IOutput[];
  error?: { ename: string; evalue: string; traceback: string[] };
  payload: Json[];
  userExpressions: Json;
}

/** One cell on its way: done when its reply and its `idle` have both arrived. */
export class Execution {
  readonly done: Promise<ExecuteReply>;
  readonly options: ExecuteOptions;
  /** The reply was given; outputs may still follow. */
  finished = false;
  readonly #collector: OutputCollector;
  #resolve!: (reply: ExecuteReply) => void;
  #reject!: (error: unknown) => void;
  #reply: Json | undefined;
  #idle = false;

  constructor(options: ExecuteOptions) {
    this.options = options;
    this.#collector = new OutputCollector((event) => options.onOutput?.(event, this.#collector.outputs));
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Takes a message whose parent is this cell's request. */
  receive(channel: OutboundChannel, message: Message): void {
    const { content } = message;
    const type = message.header.msg_type;
    if (channel === "shell") this.#reply = content;
    else if (type === "status" && content.execution_state === "idle") this.#idle = true;
    else if (type === "execute_input" && typeof content.execution_count === "number") this.options.onStart?.(content.execution_count);
    else this.#collector.receive(message);
    if (!this.#idle || this.#reply === undefined) return;
    this.finished = true;
    this.#resolve(this.#toReply(this.#reply));
  }

  updateDisplay(displayId: string, content: Json): void {
    this.#collector.update(displayId, content);
  }

  /** The kernel is gone. */
  fail(error: unknown): void {
    this.#reject(error);
  }

  #toReply(content: Json): ExecuteReply {
    const status = content.status === "ok" || content.status === "error" ? content.status : "aborted";
    return {
      status,
      executionCount: typeof content.execution_count === "number" ? content.execution_count : null,
      outputs: this.#collector.outputs,
      ...(status === "error" ? { error: errorOf(content) } : {}),
      payload: Array.isArray(content.payload) ? content.payload.filter(isJsonObject) : [],
      userExpressions: isJsonObject(content.user_expressions) ? content.user_expressions : {},
    };
  }
}

/** The reply of a cell that was cancelled before it was sent. */
export function abortedReply(): ExecuteReply {
  return { status: "aborted", executionCount: null, outputs: [], payload: [], userExpressions: {} };
}

/** Content of the execute_request for `code`. */
export function executeContent(code: string, options: ExecuteOptions): Json {
  const silent = options.silent ?? false;
  return {
    code,
    silent,
    store_history: options.storeHistory ?? !silent,
    user_expressions: options.userExpressions ?? {},
    allow_stdin: options.onInput !== undefined,
    stop_on_error: options.stopOnError ?? true,
  };
}

function errorOf(content: Json): { ename: string; evalue: string; traceback: string[] } {
  const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
  return { ename: String(content.ename ?? ""), evalue: String(content.evalue ?? ""), traceback };
}
