import { RetortError } from "../errors.ts";
import type { ReasoningPiece } from "../models/reasoning.ts";
import { chosenTools } from "../models/tools/tool-grammar.ts";
import { ToolCallReader } from "../models/tools/tool-call-reader.ts";
import type { ChatFinishReason, ChatRequest, FinishReason, ToolCall } from "./types.ts";
import { newId } from "./usage.ts";

/** How a choice ends once its calls are known. */
export interface EndedChoice {
  text: string;
  calls: ToolCall[];
  finish: ChatFinishReason;
}

/** Finds the calls in one reply. Without tools, or where none may be called, all is text. */
export class ToolCalls {
  readonly #reader: ToolCallReader | null;
  readonly #most: number;

  constructor({ tools = [], tool_choice: choice = "auto", parallel_tool_calls: inParallel = true }: ChatRequest) {
    this.#most = inParallel ? Infinity : 1;
    this.#reader = tools.length === 0 || choice === "none" ? null : new ToolCallReader(chosenTools(tools, choice).map((tool) => tool.function.name));
  }

  push(pieces: readonly ReasoningPiece[]): readonly ReasoningPiece[] {
    return this.#reader === null ? pieces : this.#reader.push(pieces);
  }

  /** A call that was cut off at the length limit is none. */
  end(finish: FinishReason): EndedChoice {
    const { calls, text } = this.#reader?.end() ?? { calls: [], text: "" };
    // A model that thinks is not held while it writes: what is too much falls away here.
    const named = calls.slice(0, this.#most).map((call): ToolCall => ({ id: newId("call"), type: "function", function: call }));
    return { text, calls: named, finish: named.length > 0 ? "tool_calls" : finish };
  }
}

/** Refuses what tools do not go together with. */
export function checkTools({ tools = [], tool_choice: choice = "auto", response_format: format }: ChatRequest): void {
  if (tools.length === 0) {
    if (choice === "auto" || choice === "none") return;
    throw new RetortError({ code: "invalid_request", message: "'tool_choice' asks for a call, and there are no 'tools'.", hint: "Send `tools` too.", status: 400, param: "tool_choice" });
  }
  const names = tools.map((tool) => tool.function.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new RetortError({ code: "invalid_request", message: `'tools' has two functions named '${twice}'.`, hint: "Give each its own name.", status: 400, param: "tools" });
  if (format !== undefined && format.type !== "text" && choice !== "none") {
    throw new RetortError({ code: "invalid_request", message: "'response_format' and 'tools' cannot both hold for one reply.", hint: "Let the model call its tools first, then ask once more with `tool_choice: \"none\"`.", status: 400, param: "response_format" });
  }
}
