import { BOOTSTRAP_DRAWS, bootstrapMean } from "./bootstrap.ts";
import { studentCdf, studentQuantile } from "./distributions.ts";
import { mean, sampleSd, scaled, unscaled } from "./moments.ts";

/** A confidence interval and how it was made. */
export interface Interval {
  low: number;
  high: number;
  /** 0.95 for a 95 % interval. */
  level: number;
  method: "t" | "bootstrap percentile" | "bootstrap BCa" | "Wilson";
}

/** A mean with its interval, and how well the values fit with other means. */
export interface MeanEstimate {
  value: number;
  interval: Interval;
  /** Two-sided p of the hypothesis that the mean is `other`: small exactly where the interval leaves `other` out. */
  p(other: number): number;
}

/** Level of every interval. */
export const LEVEL = 0.95;
/** From this many values on the mean is close enough to normal for Student's t. */
export const MIN_FOR_T = 30;

/** Interval of the mean; null for fewer than two values, and where its ends are beyond what a number can hold. */
export function meanInterval(values: readonly number[]): Interval | null {
  return estimateMean(values)?.interval ?? null;
}

/** {@link meanInterval} with the mean and its test. Null as there. */
export function estimateMean(values: readonly number[]): MeanEstimate | null {
  if (values.length < 2) return null;
  const { unit, values: near } = scaled(values);
  const { ends: [nearLow, nearHigh], method, p } = estimator(near);
  const [low, high] = [unscaled(nearLow, unit), unscaled(nearHigh, unit)];
  if (low === null || high === null) return null;
  return { value: mean(values), interval: { low, high, level: LEVEL, method }, p: (other) => p(other / unit) };
}

interface Estimator {
  ends: [number, number];
  method: Interval["method"];
  p(other: number): number;
}

function estimator(values: readonly number[]): Estimator {
  const [first] = values as [number];
  if (values.every((value) => value === first)) return constant(first, values.length);
  if (values.length >= MIN_FOR_T) return student(values);
  const { method, interval, p } = bootstrapMean(values);
  return { ends: interval(LEVEL), method, p };
}

/** Every resample of equal values is the same, so the interval is that value. */
function constant(value: number, n: number): Estimator {
  return { ends: [value, value], method: n >= MIN_FOR_T ? "t" : "bootstrap percentile", p: (other) => (other === value ? 1 : 1 / (BOOTSTRAP_DRAWS + 1)) };
}

function student(values: readonly number[]): Estimator {
  const n = values.length;
  const centre = mean(values);
  const error = sampleSd(values) / Math.sqrt(n);
  const half = studentQuantile(1 - (1 - LEVEL) / 2, n - 1) * error;
  return {
    ends: [centre - half, centre + half],
    method: "t",
    p: (other) => Math.min(1, 2 * (1 - studentCdf(Math.abs(centre - other) / error, n - 1))),
  };
}
