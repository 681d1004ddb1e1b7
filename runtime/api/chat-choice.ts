import type { TokenEvent } from "../engine/engine.ts";
import type { Generated, OnPieces } from "../inference/generation.ts";
import { chatLogprobs } from "./logprobs.ts";
import { ToolCalls } from "./tool-calls.ts";
import type { ChatRequest, ChatResponse } from "./types.ts";

/** Puts one choice of a reply together that is sent as a whole. */
export class ChatChoice {
  readonly #request: ChatRequest;
  readonly #tools: ToolCalls;
  readonly #text = { thinking: "", answer: "" };
  readonly #tokens: TokenEvent[] = [];

  constructor(request: ChatRequest) {
    this.#request = request;
    this.#tools = new ToolCalls(request);
  }

  readonly onPieces: OnPieces = (pieces, events) => {
    for (const piece of this.#tools.push(pieces)) this.#text[piece.kind] += piece.text;
    if (this.#request.logprobs === true) this.#tokens.push(...events);
  };

  end(index: number, reply: Generated): ChatResponse["choices"][number] {
    const { calls, finish, text: rest } = this.#tools.end(reply.finish);
    const { thinking, answer } = this.#text;
    const content = answer + rest;
    return {
      index,
      message: {
        role: "assistant",
        content: calls.length > 0 && content.trim() === "" ? null : content,
        ...(thinking === "" ? {} : { reasoning_content: thinking }),
        ...(calls.length === 0 ? {} : { tool_calls: calls }),
      },
      finish_reason: finish,
      logprobs: this.#request.logprobs === true ? { content: chatLogprobs(this.#tokens) } : null,
    };
  }
}
