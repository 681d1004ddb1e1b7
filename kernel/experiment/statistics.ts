import { quantile } from "../../runtime/timing.ts";
import { type Interval, mean, meanInterval, sampleSd } from "./interval.ts";

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
export const MIN_FOR_OUTLIERS = 8;
const TUKEY_FENCE = 1.5;
const MODIFIED_Z_LIMIT = 3.5;
/** Make MAD and the mean absolute deviation comparable to a standard deviation (Iglewicz and Hoaglin 1993). */
const MAD_TO_SD = 1 / 0.6745;
const MEAN_DEVIATION_TO_SD = 1.253314;

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
  const centre = mean(values);
  const median = quantile(sorted, 0.5);
  const sd = n < 2 ? null : sampleSd(values, centre);
  return {
    n,
    mean: centre,
    sd,
    cv: sd === null || centre === 0 ? null : sd / Math.abs(centre),
    median,
    mad: medianDistance(values, median),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    p25: quantile(sorted, 0.25),
    p75: quantile(sorted, 0.75),
    p95: n >= MIN_FOR_P95 ? quantile(sorted, 0.95) : null,
    p99: n >= MIN_FOR_P99 ? quantile(sorted, 0.99) : null,
    interval: meanInterval(values),
  };
}

/** Positions of values outside Tukey's fences whose modified z is large too: one test alone flags too many small samples. */
function findOutliers(values: readonly number[]): Set<number> {
  if (values.length < MIN_FOR_OUTLIERS) return new Set();
  const sorted = ascending(values);
  const low = quantile(sorted, 0.25);
  const high = quantile(sorted, 0.75);
  const fence = TUKEY_FENCE * (high - low);
  const median = quantile(sorted, 0.5);
  const scale = robustScale(values, median);
  const isOutlier = (value: number) =>
    (value < low - fence || value > high + fence) && Math.abs(value - median) > MODIFIED_Z_LIMIT * scale;
  return new Set(values.flatMap((value, position) => (isOutlier(value) ? [position] : [])));
}

/** MAD as a standard deviation; the mean distance where more than half of the values are equal and the MAD is 0. */
function robustScale(values: readonly number[], median: number): number {
  const mad = medianDistance(values, median);
  if (mad > 0) return mad * MAD_TO_SD;
  return mean(values.map((value) => Math.abs(value - median))) * MEAN_DEVIATION_TO_SD;
}

function medianDistance(values: readonly number[], median: number): number {
  return quantile(ascending(values.map((value) => Math.abs(value - median))), 0.5);
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
