import type { CompletionResponse, FinishReason, InfillResponse, Provenance, Usage } from "../api/types.ts";
import type { Timings } from "../timing.ts";
import { firstChoice } from "./chat-reader.ts";
import { streamCut } from "./client-errors.ts";
import { fieldOf } from "./fields.ts";
import { readProvenance } from "./own-facts.ts";
import type { TextPiece, TextReply } from "./replies.ts";
import { ToldFacts } from "./told-facts.ts";

/** Puts the chunks of one text stream together: completions and infill. */
export class TextReader {
  readonly #onPiece: (piece: TextPiece) => void;
  readonly #chunks: number[] = [];
  #text = "";
  #finish: FinishReason | null = null;
  readonly #told = new ToldFacts();
  #provenance: Provenance | null = null;
  #model: string;

  constructor(model: string, onPiece: (piece: TextPiece) => void) {
    this.#model = model;
    this.#onPiece = onPiece;
  }

  pushCompletion(chunk: CompletionResponse, at: number): void {
    this.#facts(chunk);
    const choice = firstChoice(chunk);
    if (choice === null) return;
    this.#finish = (choice["finish_reason"] as FinishReason | null | undefined) ?? this.#finish;
    this.#emit(choice["text"], choice["logprobs"], at);
  }

  pushInfill(chunk: InfillResponse, at: number): void {
    this.#facts(chunk);
    this.#finish = chunk.finish_reason ?? (chunk.stop ? "stop" : this.#finish);
    this.#emit(chunk.content, chunk.logprobs, at);
  }

  /** The whole reply. Rejects with `stream_cut` when the server never said how the reply ended. */
  finish(url: string, sentAt: number, endedAt: number, sawDone: boolean): TextReply {
    if (this.#finish === null && !sawDone) throw streamCut(url, this.#chunks.length === 0);
    return {
      model: this.#model,
      finish: this.#finish === "length" ? "length" : "stop",
      text: this.#text,
      ...this.#told.told(false),
      provenance: this.#provenance,
      client: { sentAt, chunks: this.#chunks, firstAnswer: this.#chunks.length > 0 ? 0 : null, endedAt },
    };
  }

  #facts(chunk: { model?: string; usage?: Usage | null; timings?: Timings; retort?: Provenance }): void {
    if (typeof chunk.model === "string" && chunk.model !== "") this.#model = chunk.model;
    this.#told.push(chunk);
    this.#provenance = readProvenance(chunk.retort) ?? this.#provenance;
  }

  #emit(given: unknown, logprobs: unknown, at: number): void {
    const text = typeof given === "string" ? given : "";
    const probabilities = probabilitiesOf(logprobs);
    if (text === "" && probabilities.length === 0) return;
    if (text !== "") this.#chunks.push(at);
    this.#text += text;
    this.#onPiece({ text, probabilities });
  }
}

function probabilitiesOf(logprobs: unknown): number[] {
  const all = fieldOf(logprobs, "token_logprobs");
  return Array.isArray(all) ? all.filter((each): each is number => typeof each === "number").map(Math.exp) : [];
}
