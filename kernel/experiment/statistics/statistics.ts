import { type Interval, meanInterval } from "./interval.ts";
import { ascending, mean, quantile, sampleSd, scaled, unscaled } from "./moments.ts";
import { findOutliers, medianDistance } from "./outliers.ts";

/** Description of a list of numbers. Null means "not defined for so few values", never 0. Units are those of the values. */
export interface Spread {
  n: number;
  mean: number | null;
  /** Sample standard deviation (n - 1); from 2 values. */
  sd: number | null;
  /** sd / |mean|. */
  cv: number | null;
  median: number | null;
  /** Median of the distances to the median, not scaled. */
  mad: number | null;
  min: number | null;
  max: number | null;
  p25: number | null;
  p75: number | null;
  /** From 20 values. */
  p95: number | null;
  /** From 100 values. */
  p99: number | null;
  /** Interval of the mean; from 2 values. */
  interval: Interval | null;
}

export interface Outlier {
  /** Position in the list that was summarised. */
  index: number;
  value: number;
}

/** What the statistics table and chart show of one metric. */
export interface Summary extends Spread {
  /** Values that were not there (null): n + missing is the number of runs. */
  missing: number;
  outliers: Outlier[];
  /** The same without the outliers; null when there are none. */
  without: Spread | null;
}

/** Fewer values say little about a tail. */
export const MIN_FOR_P95 = 20;
export const MIN_FOR_P99 = 100;

/** Summary of `values`; nulls and values that are not finite count as missing. */
export function summarise(values: ReadonlyArray<number | null>): Summary {
  const present = values.flatMap((value, index) => (value !== null && Number.isFinite(value) ? [{ index, value }] : []));
  const numbers = present.map(({ value }) => value);
  const flagged = findOutliers(numbers);
  return {
    ...describe(numbers),
    missing: values.length - present.length,
    outliers: present.filter((_, position) => flagged.has(position)),
    without: flagged.size === 0 ? null : describe(numbers.filter((_, position) => !flagged.has(position))),
  };
}

function describe(values: readonly number[]): Spread {
  const n = values.length;
  if (n === 0) return { n, mean: null, sd: null, cv: null, median: null, mad: null, min: null, max: null, p25: null, p75: null, p95: null, p99: null, interval: null };
  const sorted = ascending(values);
  const { unit, values: near } = scaled(values);
  const sd = n < 2 ? null : sampleSd(near);
  const median = quantile(sorted, 0.5);
  return {
    n,
    mean: mean(values),
    sd: sd === null ? null : unscaled(sd, unit),
    cv: sd === null ? null : share(sd, Math.abs(mean(near))),
    median,
    mad: unscaled(medianDistance(near, median / unit), unit),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    p25: quantile(sorted, 0.25),
    p75: quantile(sorted, 0.75),
    p95: n >= MIN_FOR_P95 ? quantile(sorted, 0.95) : null,
    p99: n >= MIN_FOR_P99 ? quantile(sorted, 0.99) : null,
    interval: meanInterval(values),
  };
}

function share(part: number, whole: number): number | null {
  const result = part / whole;
  return Number.isFinite(result) ? result : null;
}
