import { normalQuantile } from "./distributions.ts";
import { type Interval, LEVEL } from "./interval.ts";
import { sum } from "./moments.ts";

/** Wilson's interval of a share; null when there was no trial. */
export function wilsonInterval(successes: number, trials: number): Interval | null {
  if (trials === 0) return null;
  const z = normalQuantile(1 - (1 - LEVEL) / 2);
  const share = successes / trials;
  const spread = (z * z) / trials;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((share * (1 - share)) / trials + spread / (4 * trials));
  const low = successes === 0 ? 0 : centre - half;
  const high = successes === trials ? 1 : centre + half;
  return { low, high, level: LEVEL, method: "Wilson" };
}

/**
 * Two-sided p of McNemar's exact test: whether the pairs in which only one side passed lean to one of them.
 * 1 where no pair differs.
 */
export function mcnemarExact(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  const fewer = Math.min(onlyA, onlyB);
  if (onlyA === onlyB) return 1;
  return Math.min(1, 2 * halfBinomialCdf(fewer, n));
}

/** P(X <= k) for X of n fair coins. */
function halfBinomialCdf(k: number, n: number): number {
  // The largest term first: logarithms do not vanish as 2^-n does for many pairs.
  const logarithms = Array.from({ length: k }, (_, i) => Math.log((n - i) / (i + 1)));
  let term = Math.exp(sum(logarithms) - n * Math.LN2);
  const terms = [term];
  for (let i = k; i > 0; i--) {
    term *= i / (n - i + 1);
    terms.push(term);
  }
  return sum(terms);
}
