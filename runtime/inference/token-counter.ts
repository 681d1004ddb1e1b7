import type { TokenEvent } from "../engine/engine.ts";
import { type ReasoningPiece, ReasoningSplitter } from "../models/reasoning.ts";

/** Parts the tokens of one reply into reasoning and answer, and keeps each one's time. */
export class TokenCounter {
  /** Engine stamp of each token, monotonic ms. */
  readonly stamps: number[] = [];
  /** Tokens of the think block, its markers included. */
  reasoning = 0;
  /** Index of the token with which the answer's first text came. */
  firstAnswer: number | null = null;
  readonly #splitter: ReasoningSplitter;
  /** Tokens since the last one that was certain: they may be the beginning of an opening marker. */
  #undecided = 0;

  constructor(options: { opened: boolean; enabled: boolean }) {
    this.#splitter = new ReasoningSplitter(options);
  }

  push(event: TokenEvent): ReasoningPiece[] {
    this.stamps.push(event.at);
    const before = this.#splitter.thinking;
    const pieces = this.#splitter.push(event.text);
    this.#undecided++;
    if (before || this.#splitter.thinking) {
      this.reasoning += this.#undecided;
      this.#undecided = 0;
    }
    this.#noteAnswer(pieces);
    return pieces;
  }

  /** The reply has ended with `tail`, which belongs to its last token. */
  end(tail: string): ReasoningPiece[] {
    const pieces = [...this.#splitter.push(tail), ...this.#splitter.end()];
    if (this.stamps.length > 0) this.#noteAnswer(pieces);
    return pieces;
  }

  #noteAnswer(pieces: readonly ReasoningPiece[]): void {
    if (!pieces.some(({ kind }) => kind === "answer")) return;
    this.firstAnswer ??= this.stamps.length - 1;
    this.#undecided = 0;
  }
}
