/** The markers of a thinking block. */
export const THINK_OPEN = "<think>";
export const THINK_CLOSE = "</think>";

/** A piece of a reply. */
export interface ReasoningPiece {
  kind: "thinking" | "answer";
  text: string;
}

export interface ReasoningOptions {
  /** The prompt ended inside a think block (`RenderedPrompt.thinkingOpened`). */
  opened: boolean;
  /** False for a model that does not reason: everything is the answer, as it stands. Default true. */
  enabled?: boolean;
}

/**
 * Parts a streamed reply into thinking and answer. The result does not depend on how the text is cut into chunks.
 *
 * Only a block at the very start of the reply is thinking, whether the prompt or the model opened it; without one all is
 * answer. It ends at the first `</think>`, also inside a code fence: the model has no other way to end it. Later
 * markers (a second block, a fence that shows one) belong to the answer and stay in it. Without an end marker, as after
 * a length stop, all is thinking. White space next to the markers is not part of either text.
 */
export class ReasoningSplitter {
  #state: "start" | "thinking" | "after" | "answer";
  /** Text that may be white space at an edge or the beginning of a marker. */
  #held = "";
  /** The marker that opens the block may still come, even if the prompt has opened it already. */
  #mayOpen = true;
  /** White space at the start of a block is dropped. */
  #atBlockStart = true;

  constructor({ opened, enabled = true }: ReasoningOptions) {
    this.#state = !enabled ? "answer" : opened ? "thinking" : "start";
  }

  /** The reply so far ends inside the think block. A token belongs to the reasoning if this holds before or after it. */
  get thinking(): boolean {
    return this.#state === "thinking";
  }

  /** The pieces that became certain with `text`. Never empty ones. */
  push(text: string): ReasoningPiece[] {
    this.#held += text;
    const pieces: ReasoningPiece[] = [];
    while (this.#step(pieces));
    return pieces;
  }

  /** What was still held back, when the reply has ended. */
  end(): ReasoningPiece[] {
    const rest = this.#held;
    this.#held = "";
    if (this.#state === "start") return piece("answer", rest);
    if (this.#state === "thinking") return piece("thinking", this.#atBlockStart ? rest.trim() : rest.trimEnd());
    return [];
  }

  /** Consumes a part of the held text; false when nothing more can be decided. */
  #step(pieces: ReasoningPiece[]): boolean {
    switch (this.#state) {
      case "start": return this.#findOpening();
      case "thinking": return this.#think(pieces);
      case "after": return this.#skipSpace();
      case "answer": pieces.push(...piece("answer", this.#held)); this.#held = ""; return false;
    }
  }

  /** White space and then the marker: thinking. Anything else: answer. */
  #findOpening(): boolean {
    const text = this.#held.trimStart();
    if (text.startsWith(THINK_OPEN)) {
      this.#held = text.slice(THINK_OPEN.length);
      this.#mayOpen = false;
      this.#state = "thinking";
      return true;
    }
    if (THINK_OPEN.startsWith(text)) return false;
    this.#state = "answer";
    return true;
  }

  #think(pieces: ReasoningPiece[]): boolean {
    if (this.#atBlockStart && !this.#startBlock()) return false;
    const close = this.#held.indexOf(THINK_CLOSE);
    if (close >= 0) {
      pieces.push(...piece("thinking", this.#held.slice(0, close).trimEnd()));
      this.#held = this.#held.slice(close + THINK_CLOSE.length);
      this.#state = "after";
      return true;
    }
    const certain = this.#held.slice(0, this.#held.length - partialMarker(this.#held, THINK_CLOSE)).trimEnd();
    pieces.push(...piece("thinking", certain));
    this.#held = this.#held.slice(certain.length);
    return false;
  }

  /** Drops leading white space and a repeated opening marker; false while more text is needed to tell. */
  #startBlock(): boolean {
    const text = this.#held.trimStart();
    if (this.#mayOpen && text.startsWith(THINK_OPEN)) {
      this.#mayOpen = false;
      this.#held = text.slice(THINK_OPEN.length);
      return this.#startBlock();
    }
    if (text === "" || (this.#mayOpen && THINK_OPEN.startsWith(text))) return false;
    this.#held = text;
    this.#atBlockStart = false;
    return true;
  }

  #skipSpace(): boolean {
    this.#held = this.#held.trimStart();
    if (this.#held === "") return false;
    this.#state = "answer";
    return true;
  }
}

/** A whole reply at once. */
export function splitReasoning(text: string, options: ReasoningOptions): { thinking: string; answer: string } {
  const splitter = new ReasoningSplitter(options);
  const result = { thinking: "", answer: "" };
  for (const { kind, text: part } of [...splitter.push(text), ...splitter.end()]) result[kind] += part;
  return result;
}

function piece(kind: ReasoningPiece["kind"], text: string): ReasoningPiece[] {
  return text === "" ? [] : [{ kind, text }];
}

/** Length of the longest end of `text` that begins `marker`. */
function partialMarker(text: string, marker: string): number {
  for (let length = Math.min(text.length, marker.length - 1); length > 0; length--) {
    if (marker.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
