import { ascending, mean, quantile, scaled } from "./moments.ts";

export const MIN_FOR_OUTLIERS = 8;
const TUKEY_FENCE = 1.5;
const MODIFIED_Z_LIMIT = 3.5;
/** Make MAD and the mean absolute deviation comparable to a standard deviation (Iglewicz and Hoaglin 1993). */
const MAD_TO_SD = 1 / 0.6745;
const MEAN_DEVIATION_TO_SD = 1.253314;

/** Positions of values outside Tukey's fences whose modified z is large too: one test alone flags too many small samples. */
export function findOutliers(values: readonly number[]): Set<number> {
  if (values.length < MIN_FOR_OUTLIERS) return new Set();
  const near = scaled(values).values;
  const sorted = ascending(near);
  const low = quantile(sorted, 0.25);
  const high = quantile(sorted, 0.75);
  const fence = TUKEY_FENCE * (high - low);
  const median = quantile(sorted, 0.5);
  const scale = robustScale(near, median);
  const isOutlier = (value: number) =>
    (value < low - fence || value > high + fence) && Math.abs(value - median) > MODIFIED_Z_LIMIT * scale;
  return new Set(near.flatMap((value, position) => (isOutlier(value) ? [position] : [])));
}

/** Median of the distances to `median`. */
export function medianDistance(values: readonly number[], median: number): number {
  return quantile(ascending(values.map((value) => Math.abs(value - median))), 0.5);
}

/** MAD as a standard deviation; the mean distance where more than half of the values are equal and the MAD is 0. */
function robustScale(values: readonly number[], median: number): number {
  const mad = medianDistance(values, median);
  if (mad > 0) return mad * MAD_TO_SD;
  return mean(values.map((value) => Math.abs(value - median))) * MEAN_DEVIATION_TO_SD;
}
