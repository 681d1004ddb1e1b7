import type { CheckScope } from "../experiment/assert/check-tools.ts";
import type { JsHost } from "../experiment/js/execution.ts";
import type { JsRunner } from "../experiment/js/js-runner.ts";
import type { Task } from "../experiment/js/protocol.ts";
import type { ToolDefinition } from "../experiment/tools/tool.ts";
import type { Names } from "./names.ts";

/** Code of the notebook's author that prompt cells use: patterns, expressions, scorers and tools. It runs where `%%js` cells do. */
export class UserCode {
  readonly #js: JsRunner;
  readonly #names: Names;

  constructor(js: JsRunner, names: Names) {
    this.#js = js;
    this.#names = names;
  }

  /** Null: the search took too long and was ended. */
  async search(pattern: string, flags: string, text: string, host: JsHost, signal: AbortSignal): Promise<boolean | null> {
    return await this.#invoke({ kind: "search", pattern, flags, text }, host, signal) as boolean | null;
  }

  evaluate(code: string, scope: CheckScope, host: JsHost, signal: AbortSignal): Promise<unknown> {
    return this.#invoke({ kind: "expression", code, scope: { ...scope } }, host, signal);
  }

  score(name: string, scope: CheckScope, host: JsHost, signal: AbortSignal): Promise<unknown> {
    return this.#invoke({ kind: "scorer", name, scope: { ...scope } }, host, signal);
  }

  async tools(host: JsHost, signal: AbortSignal): Promise<ToolDefinition[]> {
    return await this.#invoke({ kind: "tools" }, host, signal) as ToolDefinition[];
  }

  callTool(name: string, args: unknown, host: JsHost, signal: AbortSignal): Promise<unknown> {
    return this.#invoke({ kind: "tool", name, args }, host, signal);
  }

  #invoke(task: Task, host: JsHost, signal: AbortSignal): Promise<unknown> {
    return this.#js.invoke(task, { vars: this.#names.variables(), results: this.#names.results() }, host, signal);
  }
}
