/**
 * Sums that neither overflow nor lose what is small: values are brought to the size of one by a power of two, which is
 * exact, and added with compensation (Neumaier 1974). No function here is defined for an empty list.
 */

/** `values` divided by a power of two, so that the largest magnitude lies from 1 to 2; `unit` brings results back. */
export interface Scaled {
  unit: number;
  values: number[];
}

export function scaled(values: readonly number[]): Scaled {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // log2 of the largest double rounds up to 1024.
  const unit = largest === 0 ? 1 : 2 ** Math.min(Math.floor(Math.log2(largest)), 1023);
  return { unit, values: values.map((value) => value / unit) };
}

/** A result brought back to its size; null where it is beyond what a number can hold. */
export function unscaled(value: number, unit: number): number | null {
  const result = value * unit;
  return Number.isFinite(result) ? result : null;
}

/** Compensated sum. */
export function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Arithmetic mean; never outside the values. */
export function mean(values: readonly number[]): number {
  const { unit, values: near } = scaled(values);
  const centre = (sum(near) / near.length) * unit;
  return Math.min(Math.max(centre, smallest(values)), largest(values));
}

/** Sample standard deviation (n - 1). Needs two values. Infinite where it is beyond what a number can hold. */
export function sampleSd(values: readonly number[]): number {
  const { unit, values: near } = scaled(values);
  const centre = mean(near);
  const squares = sum(near.map((value) => (value - centre) ** 2));
  // What rounding left in the mean, taken out again (Chan, Golub and LeVeque 1983).
  const drift = sum(near.map((value) => value - centre)) ** 2 / near.length;
  return Math.sqrt(Math.max(0, squares - drift) / (near.length - 1)) * unit;
}

/** Sample quantile, type 7 (linear between order statistics). `sorted` ascending, 0 <= share <= 1. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const at = Math.floor(position);
  const below = sorted[at] as number;
  const above = sorted[Math.min(at + 1, sorted.length - 1)] as number;
  const part = position - at;
  const gap = above - below;
  return Number.isFinite(gap) ? below + gap * part : below * (1 - part) + above * part;
}

export function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}
