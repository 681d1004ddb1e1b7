import { toCodePoints, toUtf16Offset } from "./code-points.ts";
import { badRequest, failureReply } from "./execution.ts";
import type { HistoryStore } from "./history.ts";
import type { Interpreter } from "./interpreter.ts";
import { PROTOCOL_VERSION, type Json } from "./message.ts";

/** Replies to the requests that ask about the language or the history, and run nothing. */
export class LanguageRequests {
  readonly #interpreter: Interpreter;
  readonly #history: HistoryStore;

  constructor(interpreter: Interpreter, history: HistoryStore) {
    this.#interpreter = interpreter;
    this.#history = history;
  }

  kernelInfo(): Json {
    const info = this.#interpreter.info();
    return {
      status: "ok",
      protocol_version: PROTOCOL_VERSION,
      implementation: info.implementation,
      implementation_version: info.implementationVersion,
      language_info: info.language,
      banner: info.banner,
      debugger: false,
      help_links: info.helpLinks,
      supported_features: ["kernel subshells"],
    };
  }

  async complete(content: Json): Promise<Json> {
    const { code } = content;
    if (typeof code !== "string") return failureReply(badRequest("code must be a string."));
    const { matches, start, end, details } = await this.#interpreter.complete(code, cursor(code, content.cursor_pos));
    const cursors = { start: toCodePoints(code, start), end: toCodePoints(code, end) };
    const types = details?.map((detail, i) => ({ ...cursors, text: matches[i] ?? "", type: detail.type, signature: detail.detail ?? "" }));
    return {
      status: "ok",
      matches,
      cursor_start: cursors.start,
      cursor_end: cursors.end,
      metadata: types === undefined ? {} : { _jupyter_types_experimental: types },
    };
  }

  async inspect(content: Json): Promise<Json> {
    const { code } = content;
    if (typeof code !== "string") return failureReply(badRequest("code must be a string."));
    const detail = content.detail_level === 1 ? 1 : 0;
    const { found, data } = await this.#interpreter.inspect(code, cursor(code, content.cursor_pos), detail);
    return { status: "ok", found, data, metadata: {} };
  }

  async isComplete(content: Json): Promise<Json> {
    if (typeof content.code !== "string") return failureReply(badRequest("code must be a string."));
    return { ...(await this.#interpreter.isComplete(content.code)) };
  }

  async history(content: Json): Promise<Json> {
    return { status: "ok", history: await this.#history.query(content) };
  }
}

/** UTF-16 offset of a request's cursor; the end of the code where it names none. */
function cursor(code: string, position: unknown): number {
  return typeof position === "number" ? toUtf16Offset(code, position) : code.length;
}
