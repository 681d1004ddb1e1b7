import { estimateMean, type Interval } from "./interval.ts";

/** An estimate from pairs. */
export interface PairedEstimate {
  value: number;
  /** Null for fewer than two pairs. */
  interval: Interval | null;
  /** Two-sided p of the hypothesis that the true value is `other`; null for fewer than two pairs. */
  p(other: number): number | null;
}

/** One value of each side, of the same prompt and repeat. */
export type Pair = readonly [a: number, b: number];

/** Mean of b - a, with a bootstrap over the pairs. Null without a pair. */
export function pairedDifference(pairs: readonly Pair[]): PairedEstimate | null {
  return estimate(pairs.map(([a, b]) => b - a));
}

/**
 * Geometric mean of b / a, with a bootstrap over the pairs. Null without a pair, and where a value is not above 0: a
 * ratio says nothing there.
 */
export function pairedRatio(pairs: readonly Pair[]): PairedEstimate | null {
  if (pairs.some(([a, b]) => a <= 0 || b <= 0)) return null;
  const logarithm = estimate(pairs.map(([a, b]) => Math.log(b) - Math.log(a)));
  if (logarithm === null) return null;
  const { interval, p } = logarithm;
  const value = Math.exp(logarithm.value);
  const ends = interval === null ? null : { ...interval, low: Math.exp(interval.low), high: Math.exp(interval.high) };
  if (![value, ends?.low ?? 1, ends?.high ?? 1].every((number) => Number.isFinite(number) && number > 0)) return null;
  return { value, interval: ends, p: (other) => p(Math.log(other)) };
}

function estimate(values: readonly number[]): PairedEstimate | null {
  const [first] = values;
  if (first === undefined || !values.every((value) => Number.isFinite(value))) return null;
  const estimated = estimateMean(values);
  if (estimated !== null) return estimated;
  return values.length === 1 ? { value: first, interval: null, p: () => null } : null;
}
