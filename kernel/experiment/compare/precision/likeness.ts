import { type Spread, summarise } from "../../statistics/statistics.ts";

/** How alike answers are, by their vectors: cosine, 1 for the same direction. */
export interface Likeness {
  /** The two precisions on the same prompt and seed. */
  sameSeed: Spread;
  /** The two precisions on the same prompt with different seeds. */
  otherSeeds: Spread;
  /** Side A against itself with different seeds: what the draw alone does. */
  selfBand: Spread;
}

/** Vectors of answers by prompt, then by round; null for an answer without text. */
export type AnswerVectors = ReadonlyArray<ReadonlyArray<readonly number[] | null>>;

export function likeness(a: AnswerVectors, b: AnswerVectors): Likeness {
  const sameSeed: number[] = [];
  const otherSeeds: number[] = [];
  const selfBand: number[] = [];
  for (const [prompt, rounds] of a.entries()) {
    for (const [i, one] of rounds.entries()) {
      push(sameSeed, one, b[prompt]?.[i]);
      for (const [j, other] of rounds.entries()) {
        if (i !== j) push(otherSeeds, one, b[prompt]?.[j]);
        if (i < j) push(selfBand, one, other);
      }
    }
  }
  return { sameSeed: summarise(sameSeed), otherSeeds: summarise(otherSeeds), selfBand: summarise(selfBand) };
}

function push(list: number[], one: readonly number[] | null | undefined, other: readonly number[] | null | undefined): void {
  if (one != null && other != null) list.push(cosine(one, other));
}

/** Of vectors of the same length; 0 where one of them has no direction. */
export function cosine(one: readonly number[], other: readonly number[]): number {
  const dot = one.reduce((sum, x, i) => sum + x * (other[i] ?? 0), 0);
  const size = Math.hypot(...one) * Math.hypot(...other);
  return size > 0 && Number.isFinite(dot) ? Math.max(-1, Math.min(1, dot / size)) : 0;
}

/** Where two answers part: the number of tokens that they share from the start; null where they are the same. */
export function firstDifference(one: readonly number[], other: readonly number[]): number | null {
  const shared = one.findIndex((token, i) => token !== other[i]);
  if (shared >= 0) return shared;
  return one.length === other.length ? null : one.length;
}
