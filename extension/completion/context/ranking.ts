import type { Snippet } from "./context-source.ts";
import { identifiers } from "./identifiers.ts";
import { estimateTokens } from "./token-estimate.ts";

/** A snippet with the weight of its source. */
export interface Candidate {
  snippet: Snippet;
  weight: number;
}

export interface Ranked {
  snippet: Snippet;
  score: number;
}

/** BM25's usual constants: how fast a word's repetition stops to count, and how much a long snippet is held against it. */
const K1 = 1.2;
const B = 0.75;

/**
 * Snippets by likeness to the text around the cursor, best first: BM25 over identifiers, so that a rare name that both
 * share counts more than a common one. Those that share nothing are left out, and of the same key only the best stays.
 */
export function rank(candidates: readonly Candidate[], around: string): Ranked[] {
  const documents = candidates.map(({ snippet }) => identifiers(snippet.text));
  const lengths = documents.map((words) => [...words.values()].reduce((sum, count) => sum + count, 0));
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const wanted = [...identifiers(around).keys()].map((word) => ({ word, rarity: rarity(documents, word) }));
  const best = new Map<string, Ranked>();
  for (const [index, { snippet, weight }] of candidates.entries()) {
    const words = documents[index] ?? new Map<string, number>();
    const norm = K1 * (1 - B + (B * (lengths[index] ?? 0)) / Math.max(1, meanLength));
    const likeness = wanted.reduce((sum, { word, rarity: worth }) => {
      const count = words.get(word) ?? 0;
      return count === 0 ? sum : sum + (worth * count * (K1 + 1)) / (count + norm);
    }, 0);
    const score = weight * likeness;
    if (score > 0 && score > (best.get(snippet.key)?.score ?? 0)) best.set(snippet.key, { snippet, score });
  }
  return [...best.values()].sort((a, b) => b.score - a.score || (a.snippet.key < b.snippet.key ? -1 : 1));
}

/** The best ones that together stay under `budget` tokens. */
export function within(ranked: readonly Ranked[], budget: number): Snippet[] {
  let room = budget;
  return ranked.map(({ snippet }) => snippet).filter(({ filename, text }) => {
    const tokens = estimateTokens(filename) + estimateTokens(text);
    if (tokens > room) return false;
    room -= tokens;
    return true;
  });
}

function rarity(documents: ReadonlyArray<ReadonlyMap<string, number>>, word: string): number {
  const holding = documents.reduce((sum, words) => sum + (words.has(word) ? 1 : 0), 0);
  return Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5));
}
