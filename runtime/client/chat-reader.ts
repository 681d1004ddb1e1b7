import type { ChatChunk, ChatFinishReason, Provenance, RequestTrace, ToolCall } from "../api/types.ts";
import { ReasoningSplitter } from "../models/reasoning.ts";
import { chunkTokens, completionCount } from "./chunk-tokens.ts";
import { streamCut } from "./client-errors.ts";
import { isFields } from "./fields.ts";
import { readProvenance } from "./own-facts.ts";
import type { ChatReply, ReplyDelta } from "./replies.ts";
import { ToldFacts } from "./told-facts.ts";

/** Names under which servers send the thinking: ours and llama-server's, OpenRouter's, Ollama's. */
const REASONING_FIELDS = ["reasoning_content", "reasoning", "thinking"] as const;

/** A reply with more is a mistake of the server. */
const MAX_CALLS = 128;

type Delta = Record<string, unknown>;

/** Puts the chunks of one chat stream together, for our runtime and for every other OpenAI-style server. */
export class ChatReader {
  readonly #onDelta: (delta: ReplyDelta) => void;
  /** Splits raw tags; null when the server separates thinking itself. */
  #splitter: ReasoningSplitter | null;
  readonly #text = { thinking: "", answer: "" };
  readonly #chunks: number[] = [];
  readonly #facts = new ToldFacts();
  /** Tokens by each of the chunks, where the server counts as it streams. */
  readonly #counts: Array<number | null> = [];
  #firstAnswer: number | null = null;
  #finish: ChatFinishReason | null = null;
  #provenance: Provenance | null = null;
  #trace: RequestTrace | null = null;
  #id: string | null = null;
  readonly #calls: ToolCall[] = [];
  #model: string;

  constructor(model: string, splitTags: boolean, onDelta: (delta: ReplyDelta) => void) {
    this.#model = model;
    this.#onDelta = onDelta;
    this.#splitter = splitTags ? new ReasoningSplitter({ opened: false }) : null;
  }

  push(chunk: ChatChunk, at: number): void {
    if (typeof chunk.model === "string" && chunk.model !== "") this.#model = chunk.model;
    this.#facts.push(chunk);
    this.#provenance = readProvenance(chunk.retort) ?? this.#provenance;
    this.#trace = chunk.trace ?? this.#trace;
    if (typeof chunk.id === "string" && chunk.id !== "") this.#id = chunk.id;
    const choice = firstChoice(chunk);
    if (choice === null) return;
    this.#finish = (choice.finish_reason as ChatFinishReason | null | undefined) ?? this.#finish;
    this.#delta(isFields(choice.delta) ? choice.delta : {}, at);
    if (this.#counts.length < this.#chunks.length) this.#counts.push(completionCount(chunk.usage));
  }

  /** The whole reply. Rejects with `stream_cut` when the server never said how the reply ended. */
  finish(url: string, sentAt: number, endedAt: number, sawDone: boolean): ChatReply {
    for (const piece of this.#splitter?.end() ?? []) this.#emit(piece.kind, piece.text, endedAt);
    if (this.#finish === null && !sawDone) throw streamCut(url, this.#chunks.length === 0);
    return {
      id: this.#id,
      trace: this.#trace,
      model: this.#model,
      finish: this.#finish === "length" ? "length" : "stop",
      answer: this.#text.answer,
      thinking: this.#text.thinking,
      ...(this.#calls.length === 0 ? {} : { toolCalls: this.#calls }),
      ...this.#facts.told(this.#text.thinking !== ""),
      provenance: this.#provenance,
      client: { sentAt, chunks: this.#chunks, ...chunkTokens(this.#counts, this.#chunks.length), firstAnswer: this.#firstAnswer, endedAt },
    };
  }

  #delta(delta: Delta, at: number): void {
    const thinking = REASONING_FIELDS.map((field) => delta[field]).find((value) => typeof value === "string" && value !== "");
    if (typeof thinking === "string") {
      this.#splitter = null;
      this.#emit("thinking", thinking, at);
    }
    if (Array.isArray(delta.tool_calls)) for (const part of delta.tool_calls as unknown[]) this.#call(part, at);
    const content = delta.content;
    if (typeof content !== "string" || content === "") return;
    if (this.#splitter === null) this.#emit("answer", content, at);
    else for (const piece of this.#splitter.push(content)) this.#emit(piece.kind, piece.text, at);
  }

  /** Some servers send a call in parts: its name first, its arguments piece by piece. */
  #call(part: unknown, at: number): void {
    if (typeof part !== "object" || part === null) return;
    const { index = 0, id, function: called } = part as { index?: unknown; id?: unknown; function?: { name?: unknown; arguments?: unknown } };
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= MAX_CALLS) return;
    while (this.#calls.length <= index) this.#calls.push({ id: "", type: "function", function: { name: "", arguments: "" } });
    const call = this.#calls[index] as ToolCall;
    if (typeof id === "string" && id !== "") call.id = id;
    if (typeof called?.name === "string") call.function.name += called.name;
    if (typeof called?.arguments === "string") call.function.arguments += called.arguments;
    if (this.#chunks.at(-1) !== at) this.#chunks.push(at);
  }

  #emit(kind: ReplyDelta["kind"], text: string, at: number): void {
    if (text === "") return;
    if (this.#chunks.at(-1) !== at) this.#chunks.push(at);
    if (kind === "answer") this.#firstAnswer ??= this.#chunks.length - 1;
    this.#text[kind] += text;
    this.#onDelta({ kind, text });
  }
}

/** The first of the chunk's choices, which is the only one that was asked for; null where there is none. */
export function firstChoice({ choices }: { choices?: unknown }): Record<string, unknown> | null {
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isFields(first) ? first : null;
}
