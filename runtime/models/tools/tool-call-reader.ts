import type { ReasoningPiece } from "../reasoning.ts";
import { CALL_CLOSE, CALL_OPEN } from "./tool-markers.ts";

/** A call as the model wrote it. */
export interface ReadCall {
  name: string;
  /** JSON text of an object. */
  arguments: string;
}

/**
 * Parts a streamed answer into text and calls of tools. A call stands between the markers, or is the whole answer as
 * JSON. What turns out not to be a call of a known tool is text. The result does not depend on how the text is cut.
 */
export class ToolCallReader {
  readonly #names: ReadonlySet<string>;
  #held = "";
  #state: "start" | "text" | "calls" | "json" = "start";

  /** `names`: of the tools that may be called. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  /** The pieces that became certain: thinking passes through. */
  push(pieces: readonly ReasoningPiece[]): ReasoningPiece[] {
    return pieces.flatMap((piece) => (piece.kind === "thinking" ? [piece] : this.#text(piece.text)));
  }

  /** The calls, and the text that was held back and is none. */
  end(): { calls: ReadCall[]; text: string } {
    const held = this.#held;
    this.#held = "";
    if (this.#state !== "calls" && this.#state !== "json") return { calls: [], text: held };
    const calls = this.#state === "json" ? [readCall(held)] : markedCalls(held);
    const known = calls.filter((call): call is ReadCall => call !== null && this.#names.has(call.name));
    return known.length > 0 && known.length === calls.length ? { calls: known, text: "" } : { calls: [], text: held };
  }

  #text(text: string): ReasoningPiece[] {
    this.#held += text;
    if (this.#state === "calls" || this.#state === "json") return [];
    if (this.#state === "start" && this.#held.trim() !== "") this.#state = this.#held.trimStart().startsWith("{") ? "json" : "text";
    if (this.#state !== "text") return [];
    const at = this.#held.indexOf(CALL_OPEN);
    if (at >= 0) this.#state = "calls";
    const certain = at >= 0 ? at : this.#held.length - markerStart(this.#held);
    const answer = this.#held.slice(0, certain);
    this.#held = this.#held.slice(certain);
    return answer === "" ? [] : [{ kind: "answer", text: answer }];
  }
}

/** Length of the longest end of `text` that may become the opening marker. */
function markerStart(text: string): number {
  for (let length = Math.min(CALL_OPEN.length - 1, text.length); length > 0; length--) if (CALL_OPEN.startsWith(text.slice(-length))) return length;
  return 0;
}

/** One entry for each marked block; null for one that cannot be read. The last may lack its end, or fall away where the reply was cut inside it. */
function markedCalls(text: string): Array<ReadCall | null> {
  const blocks = text.split(CALL_OPEN).slice(1).map((block) => {
    const end = block.indexOf(CALL_CLOSE);
    return { call: readCall(end < 0 ? block : block.slice(0, end)), isClosed: end >= 0 };
  });
  const last = blocks.at(-1);
  const isCut = blocks.length > 1 && last !== undefined && last.call === null && !last.isClosed;
  return (isCut ? blocks.slice(0, -1) : blocks).map(({ call }) => call);
}

function readCall(text: string): ReadCall | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { name, arguments: args = {} } = value as Record<string, unknown>;
    const isObject = typeof args === "object" && args !== null && !Array.isArray(args);
    return typeof name === "string" && isObject ? { name, arguments: JSON.stringify(args) } : null;
  } catch {
    return null;
  }
}
