import { quantile } from "../../runtime/timing.ts";
import { normalCdf, normalQuantile, studentQuantile } from "./distributions.ts";
import { seededRandom } from "./random.ts";

/** A confidence interval and how it was made. */
export interface Interval {
  low: number;
  high: number;
  /** 0.95 for a 95 % interval. */
  level: number;
  method: "t" | "bootstrap percentile" | "bootstrap BCa" | "Wilson";
}

/** Level of every interval. */
export const LEVEL = 0.95;
/** From this many values on the mean is close enough to normal for Student's t. */
export const MIN_FOR_T = 30;
/** From this many values on the bootstrap is corrected for bias and skew (BCa). */
export const MIN_FOR_BCA = 10;
export const BOOTSTRAP_DRAWS = 10_000;
const BOOTSTRAP_SEED = 20_061;

/** Interval of the mean; null for fewer than two values. */
export function meanInterval(values: readonly number[]): Interval | null {
  if (values.length < 2) return null;
  const [first] = values;
  if (values.every((value) => value === first)) return exactInterval(first as number, values.length);
  if (values.length >= MIN_FOR_T) return studentInterval(values);
  return bootstrapInterval(values);
}

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

/** Every resample of equal values is the same, so the interval is that value. */
function exactInterval(value: number, n: number): Interval {
  return { low: value, high: value, level: LEVEL, method: n >= MIN_FOR_T ? "t" : "bootstrap percentile" };
}

function studentInterval(values: readonly number[]): Interval {
  const n = values.length;
  const centre = mean(values);
  const half = (studentQuantile(1 - (1 - LEVEL) / 2, n - 1) * sampleSd(values, centre)) / Math.sqrt(n);
  return { low: centre - half, high: centre + half, level: LEVEL, method: "t" };
}

function bootstrapInterval(values: readonly number[]): Interval {
  const draws = bootstrapMeans(values);
  const tail = (1 - LEVEL) / 2;
  const corrected = values.length >= MIN_FOR_BCA;
  const [low, high] = corrected ? bcaShares(values, draws, tail) : [tail, 1 - tail];
  return {
    low: quantile(draws, low),
    high: quantile(draws, high),
    level: LEVEL,
    method: corrected ? "bootstrap BCa" : "bootstrap percentile",
  };
}

/** Means of resamples with replacement, ascending. Seeded, so that a saved notebook can be checked. */
function bootstrapMeans(values: readonly number[]): number[] {
  const random = seededRandom(BOOTSTRAP_SEED);
  const n = values.length;
  const means: number[] = [];
  for (let draw = 0; draw < BOOTSTRAP_DRAWS; draw++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(random() * n)] as number;
    means.push(sum / n);
  }
  return means.sort((a, b) => a - b);
}

/** The two shares of the bootstrap distribution that a bias-corrected, accelerated interval reads (Efron 1987). */
function bcaShares(values: readonly number[], draws: readonly number[], tail: number): [number, number] {
  const centre = mean(values);
  const below = draws.filter((draw) => draw < centre).length;
  const upTo = draws.filter((draw) => draw <= centre).length;
  const bias = normalQuantile((below + upTo) / (2 * draws.length));
  const acceleration = jackknifeAcceleration(values);
  const share = (p: number) => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [share(tail), share(1 - tail)];
}

function jackknifeAcceleration(values: readonly number[]): number {
  const n = values.length;
  const total = values.reduce((sum, value) => sum + value, 0);
  const leftOut = values.map((value) => (total - value) / (n - 1));
  const centre = mean(leftOut);
  const cubes = leftOut.reduce((sum, value) => sum + (centre - value) ** 3, 0);
  const squares = leftOut.reduce((sum, value) => sum + (centre - value) ** 2, 0);
  return cubes / (6 * squares ** 1.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n - 1). Needs two values. */
export function sampleSd(values: readonly number[], centre: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
