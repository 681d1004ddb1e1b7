import type { TokenEvent } from "../engine/engine.ts";
import type { Generated } from "../inference/generation.ts";
import type { ReasoningPiece } from "../models/reasoning.ts";
import { chatLogprobs } from "./logprobs.ts";
import { ToolCalls } from "./tool-calls.ts";
import type { ChatRequest } from "./types.ts";
import { createdNow, sumUsage } from "./usage.ts";

/** The events of a streamed reply, as text: the chunks of all its choices, in the order in which they come. */
export class ChatStream {
  readonly #request: ChatRequest;
  readonly #head: string;
  readonly #includesUsage: boolean;
  readonly #choices: ChatStreamChoice[];
  #tail: string;
  #tokens = 0;
  #open: number;

  constructor(id: string, request: ChatRequest, choices: number) {
    this.#request = request;
    this.#head = JSON.stringify({ id, object: "chat.completion.chunk", created: createdNow(), model: request.model }).slice(0, -1);
    this.#includesUsage = request.stream_options?.include_usage === true;
    this.#tail = `${this.#includesUsage ? `,"usage":null` : ""}}\n\n`;
    this.#choices = Array.from({ length: choices }, (_, index) => new ChatStreamChoice(this.#head, index, request));
    this.#open = choices;
  }

  /** Chunks for what became certain of one choice; "" for none. */
  pieces(index: number, pieces: readonly ReasoningPiece[], events: readonly TokenEvent[], promptTokens: number): string {
    this.#tokens += events.length;
    if (this.#request.stream_options?.continuous_usage_stats === true) {
      this.#tail = `,"usage":{"prompt_tokens":${promptTokens},"completion_tokens":${this.#tokens},"total_tokens":${promptTokens + this.#tokens}}}\n\n`;
    }
    return this.#choices[index]?.pieces(pieces, events, this.#tail) ?? "";
  }

  /** The last chunks of one choice. Those of the last one to end say what the reply took, unless the usage comes apart. */
  end(index: number, reply: Generated): string {
    const isLast = --this.#open === 0;
    const facts = isLast && !this.#includesUsage ? this.#facts(reply) : "";
    return this.#choices[index]?.end(reply, facts, this.#tail) ?? "";
  }

  /** The chunk without choices that a client asked for. `last`: the reply that ended last. */
  usage(replies: readonly Generated[], last: Generated): string {
    if (!this.#includesUsage) return "";
    return `data: ${this.#head},"choices":[],"usage":${JSON.stringify(sumUsage(replies, replies.length))}${this.#facts(last)}}\n\n`;
  }

  #facts({ timings, provenance, trace }: Generated): string {
    const traced = this.#request.trace === true ? `,"trace":${JSON.stringify(trace)}` : "";
    return `,"timings":${JSON.stringify(timings)},"retort":${JSON.stringify(provenance)}${traced}`;
  }
}

/** All that does not change between tokens is put together once. */
const OPEN_END = `},"finish_reason":null`;

class ChatStreamChoice {
  readonly #start: string;
  readonly #tools: ToolCalls;
  readonly #hasLogprobs: boolean;
  #first: string;

  constructor(head: string, index: number, request: ChatRequest) {
    this.#start = `data: ${head},"choices":[{"index":${index},"delta":{`;
    this.#first = `${this.#start}"role":"assistant","content":""${OPEN_END}}]`;
    this.#tools = new ToolCalls(request);
    this.#hasLogprobs = request.logprobs === true;
  }

  pieces(all: readonly ReasoningPiece[], events: readonly TokenEvent[], tail: string): string {
    const pieces = this.#tools.push(all);
    const logprobs = this.#hasLogprobs ? `,"logprobs":${JSON.stringify({ content: chatLogprobs(events) })}` : "";
    let chunks = this.#role(tail);
    for (const [i, { kind, text }] of pieces.entries()) {
      const field = kind === "answer" ? `"content":` : `"reasoning_content":`;
      chunks += this.#start + field + JSON.stringify(text) + OPEN_END + (i === 0 ? logprobs : "") + `}]` + tail;
    }
    if (pieces.length === 0 && logprobs !== "") chunks += `${this.#start}${OPEN_END}${logprobs}}]${tail}`;
    return chunks;
  }

  end(reply: Generated, facts: string, tail: string): string {
    const { calls, finish, text } = this.#tools.end(reply.finish);
    const rest = [
      ...(text === "" ? [] : [`"content":${JSON.stringify(text)}`]),
      ...(calls.length === 0 ? [] : [`"tool_calls":${JSON.stringify(calls.map((call, at) => ({ index: at, ...call })))}`]),
    ].map((delta) => `${this.#start}${delta}${OPEN_END}}]${tail}`).join("");
    return `${this.#role(tail)}${rest}${this.#start}},"finish_reason":"${finish}"}]${facts}${tail}`;
  }

  /** The chunk that comes before all others. */
  #role(tail: string): string {
    const first = this.#first === "" ? "" : this.#first + tail;
    this.#first = "";
    return first;
  }
}
