import type { ContextChunk } from "../completion-engine.ts";
import type { Snippet } from "./context-source.ts";
import { estimateTokens } from "./token-estimate.ts";

/** Lines that two texts must share for the older one to stay: a word changed in it is not worth evaluating it all again. */
const SAME_ENOUGH = 0.9;

/** When the budget is exceeded, as much is dropped as leaves this share, so that the next drop is far off. */
const KEPT_SHARE = 0.7;

/** Chunks that one update may add: the next one comes soon, and by then the cursor may be elsewhere. */
const MAX_NEW = 6;

interface Held {
  key: string;
  uri: string;
  transient: boolean;
  chunk: ContextChunk;
  tokens: number;
}

/**
 * The chunks that the model is shown, in the order in which they were added. The model keeps what it has evaluated
 * only up to the first change, so nothing moves and nothing is replaced: new chunks go to the end, and whole chunks
 * leave only when the budget demands it, several at once.
 */
export class ChunkRing {
  readonly #budget: number;
  #held: Held[] = [];

  /** @param budget tokens, as estimated */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** What to show while `uri` is edited, in order: never the file itself. */
  chunks(uri: string): readonly ContextChunk[] {
    return this.#held.filter((held) => held.uri !== uri).map(({ chunk }) => chunk);
  }

  get tokens(): number {
    return this.#held.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  /**
   * Takes up what is wanted now, best first. What is held already stays where it is, also if it is no longer wanted.
   * `excluded`: the URI of the file being edited, which the model sees anyway. True when anything changed.
   */
  update(wanted: readonly Snippet[], excluded: string): boolean {
    const before = this.#held;
    const texts = new Map(wanted.map((snippet) => [snippet.key, snippet.text]));
    this.#held = this.#held.filter(({ key, uri, transient, chunk }) => {
      const now = texts.get(key);
      return uri !== excluded && (now === undefined ? !transient : isSameEnough(chunk.text, now));
    });
    const rank = new Map(wanted.map(({ key }, index) => [key, index]));
    const fresh = this.#fresh(wanted.filter(({ key, uri }) => uri !== excluded && !this.#holds(key)));
    this.#makeRoom(fresh.reduce((sum, { tokens }) => sum + tokens, 0), rank);
    this.#held.push(...fresh);
    return before.length !== this.#held.length || before.some((one, index) => one !== this.#held[index]);
  }

  /** Forgets everything, for another workspace or model. */
  clear(): void {
    this.#held = [];
  }

  #holds(key: string): boolean {
    return this.#held.some((held) => held.key === key);
  }

  /** The best of the new ones, a few at a time, without what is here in nearly the same words. */
  #fresh(candidates: readonly Snippet[]): Held[] {
    const chosen: Held[] = [];
    let room = this.#budget;
    for (const { key, uri, filename, text, transient = false } of candidates) {
      const tokens = estimateTokens(filename) + estimateTokens(text);
      if (chosen.length === MAX_NEW) break;
      if (tokens > room || [...this.#held, ...chosen].some(({ chunk }) => isSameEnough(chunk.text, text))) continue;
      chosen.push({ key, uri, transient, chunk: { filename, text }, tokens });
      room -= tokens;
    }
    return chosen;
  }

  /** Drops chunks if `needed` more tokens do not fit: what nobody wants any more first, then the least wanted. */
  #makeRoom(needed: number, rank: ReadonlyMap<string, number>): void {
    if (this.tokens + needed <= this.#budget) return;
    const must = this.#budget - needed;
    const enough = Math.min(must, this.#budget * KEPT_SHARE);
    const place = ({ key }: Held): number => rank.get(key) ?? Number.POSITIVE_INFINITY;
    // Of those equally unwanted the last goes first: what stands before it stays evaluated.
    const leaving = [...this.#held].reverse().sort((a, b) => compare(place(b), place(a)));
    let left = this.tokens;
    const gone = new Set<Held>();
    for (const held of leaving) {
      // What is wanted leaves only where there is no other way.
      if (left <= (rank.has(held.key) ? must : enough)) break;
      gone.add(held);
      left -= held.tokens;
    }
    this.#held = this.#held.filter((held) => !gone.has(held));
  }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Jaccard's likeness of two texts' lines. */
export function isSameEnough(a: string, b: string): boolean {
  if (a === b) return true;
  const linesOf = (text: string): Set<string> => new Set(text.split("\n").map((line) => line.trim()).filter((line) => line !== ""));
  const [one, other] = [linesOf(a), linesOf(b)];
  const shared = [...one].filter((line) => other.has(line)).length;
  const all = one.size + other.size - shared;
  return all > 0 && shared / all >= SAME_ENOUGH;
}
