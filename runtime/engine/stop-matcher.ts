/** What one push made certain. */
export interface StopStep {
  /** Text that cannot be part of a stop string any more. */
  text: string;
  /** The stop string that was completed, or null. Nothing may be pushed after one. */
  stop: string | null;
}

/**
 * Finds stop strings in a stream of text pieces and holds back what may still become one. The result does not
 * depend on how the text is cut: the stop string that is complete first wins, the longest of several.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  push(piece: string): StopStep {
    const text = this.#held + piece;
    const match = firstMatch(text, this.#stops);
    if (match !== null) {
      this.#held = "";
      return { text: text.slice(0, match.start), stop: match.stop };
    }
    const keep = longestOpenSuffix(text, this.#stops);
    this.#held = text.slice(text.length - keep);
    return { text: text.slice(0, text.length - keep), stop: null };
  }

  /** The end of the stream: what was held back is plain text. */
  flush(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

function firstMatch(text: string, stops: readonly string[]): { start: number; stop: string } | null {
  let best: { start: number; end: number; stop: string } | null = null;
  for (const stop of stops) {
    const start = text.indexOf(stop);
    if (start < 0) continue;
    const end = start + stop.length;
    if (best === null || end < best.end || (end === best.end && start < best.start)) best = { start, end, stop };
  }
  return best;
}

/** Length of the longest end of `text` with which a stop string begins. */
function longestOpenSuffix(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (stop.startsWith(text.slice(text.length - length))) {
        longest = length;
        break;
      }
    }
  }
  return longest;
}
