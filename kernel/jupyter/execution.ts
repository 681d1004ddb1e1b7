import { isCancelled, RetortError } from "../../runtime/errors.ts";
import { CellContext, type CellSurroundings } from "./cell-context.ts";
import type { HistoryStore } from "./history.ts";
import type { ExecuteOutcome, Interpreter } from "./interpreter.ts";
import type { Json, Message } from "./message.ts";
import { isJsonObject } from "./message.ts";

/** Front ends (VS Code among them) know an interrupted cell by exactly this name. */
const INTERRUPT_NAME = "KeyboardInterrupt";

export interface ExecutionParts extends CellSurroundings {
  interpreter: Interpreter;
  history: HistoryStore;
}

type Failure = Extract<ExecuteOutcome, { status: "error" }>;

/** Runs cells: counter, history, outcome, user expressions. Several may run at once, one for each shell. */
export class Executor {
  readonly #parts: ExecutionParts;
  readonly #running = new Set<AbortController>();
  #count = 0;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /** Aborts every running cell. */
  interrupt(): void {
    for (const controller of this.#running) controller.abort();
  }

  /** Runs the cell of `request`, and returns the content of its reply. Never rejects. */
  async execute(request: Message, subshell: string | null): Promise<Json> {
    const { code, silent, store_history: store } = request.content;
    if (typeof code !== "string") return { ...failureReply(badRequest("code must be a string.")), execution_count: this.#count };
    const remember = silent !== true && store !== false;
    if (remember) this.#count += 1;
    const count = this.#count;
    const controller = new AbortController();
    this.#running.add(controller);
    const context = new CellContext(request, count, controller.signal, this.#parts);
    if (!context.silent) context.publish("execute_input", { code, execution_count: count });
    const outcome = await this.#run(code, context, subshell);
    const expressions = outcome.status === "ok" ? await this.#evaluate(request.content.user_expressions, context) : {};
    this.#running.delete(controller);
    if (remember) this.#parts.history.append(count, code, context.resultText);
    if (outcome.status === "error" && !context.silent) context.publish("error", { ename: outcome.ename, evalue: outcome.evalue, traceback: outcome.traceback });
    context.flush();
    const common = { execution_count: count, user_expressions: expressions, payload: context.payload };
    return outcome.status === "ok" ? { status: "ok", ...common } : { ...failureReply(outcome), ...common };
  }

  async #run(code: string, context: CellContext, subshell: string | null): Promise<ExecuteOutcome> {
    try {
      return await this.#parts.interpreter.execute(code, context, subshell);
    } catch (error) {
      return failureOf(error);
    }
  }

  async #evaluate(expressions: unknown, context: CellContext): Promise<Json> {
    const values: Array<[string, Json]> = [];
    if (!isJsonObject(expressions)) return {};
    for (const [name, expression] of Object.entries(expressions)) values.push([name, await this.#evaluateOne(expression, context)]);
    return Object.fromEntries(values);
  }

  async #evaluateOne(expression: unknown, context: CellContext): Promise<Json> {
    if (typeof expression !== "string") return failureReply(badRequest("A user expression must be a string."));
    try {
      return { status: "ok", data: await this.#parts.interpreter.evaluate(expression, context), metadata: {} };
    } catch (error) {
      return failureReply(failureOf(error));
    }
  }
}

/** What a front end shows for a thrown value. Stack traces stay out: they name files of this machine. */
export function failureOf(error: unknown): Failure {
  if (isCancelled(error)) {
    return { status: "error", ename: INTERRUPT_NAME, evalue: "The cell was interrupted.", traceback: ["The cell was interrupted."] };
  }
  if (error instanceof RetortError) {
    const hint = error.hint === undefined ? [] : [error.hint];
    return { status: "error", ename: error.code, evalue: error.message, traceback: [`${error.code}: ${error.message}`, ...hint] };
  }
  const name = error instanceof Error ? error.name : "Error";
  const message = error instanceof Error ? error.message : String(error);
  return { status: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}

/** The failure of a request whose content is not what the protocol says. */
export function badRequest(message: string): Failure {
  return failureOf(new RetortError({ code: "bad_request", message, hint: "See the Jupyter messaging specification, version 5.5.", status: 400 }));
}

/** A failure in the form that every kind of reply shares. */
export function failureReply(failure: Failure): Json {
  return { status: "error", ename: failure.ename, evalue: failure.evalue, traceback: failure.traceback };
}
