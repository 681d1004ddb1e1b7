import { normalCdf, normalQuantile } from "./distributions.ts";
import { mean, quantile, sum } from "./moments.ts";
import { seededRandom } from "./random.ts";

export const BOOTSTRAP_DRAWS = 10_000;
/** The same for every interval, so that a saved notebook can be checked. */
export const BOOTSTRAP_SEED = 20_061;
/** From this many values on the bootstrap is corrected for bias and skew (BCa, Efron 1987). */
export const MIN_FOR_BCA = 10;

/** A resample that holds the values in another order has their mean, but for rounding. Values have the size of one. */
const SAME = 1e-13;

/** The distribution of a mean under resampling. */
export interface Bootstrap {
  method: "bootstrap percentile" | "bootstrap BCa";
  /** Lower and upper end of the interval of `level`. */
  interval(level: number): [number, number];
  /** Twice the share of the distribution beyond `value`: the smallest 1 - level at which the interval leaves it out. */
  p(value: number): number;
}

/** Bootstrap of the mean of values that are not all equal and have the size of one (`scaled`). Seeded. */
export function bootstrapMean(values: readonly number[]): Bootstrap {
  const draws = resampledMeans(values);
  const correction = values.length >= MIN_FOR_BCA ? bcaCorrection(values, draws) : null;
  const share = correction === null ? (p: number) => p : correctedShare(correction);
  return {
    method: correction === null ? "bootstrap percentile" : "bootstrap BCa",
    interval: (level) => {
      const tail = (1 - level) / 2;
      return [quantile(draws, share(tail)), quantile(draws, share(1 - tail))];
    },
    p: (value) => twoSided(correction === null ? shareBelow(draws, value) : nominalShare(correction, shareBelow(draws, value))),
  };
}

/** Means of resamples with replacement, ascending. */
export function resampledMeans(values: readonly number[]): Float64Array {
  const random = seededRandom(BOOTSTRAP_SEED);
  const n = values.length;
  const means = new Float64Array(BOOTSTRAP_DRAWS);
  for (let draw = 0; draw < BOOTSTRAP_DRAWS; draw++) {
    let total = 0;
    for (let i = 0; i < n; i++) total += values[Math.floor(random() * n)] as number;
    means[draw] = total / n;
  }
  return means.sort();
}

interface Correction {
  bias: number;
  acceleration: number;
}

/** Null where the mean lies outside of all draws or the correction is not defined: then the percentiles stand. */
function bcaCorrection(values: readonly number[], draws: Float64Array): Correction | null {
  const centre = mean(values);
  const share = shareBelow(draws, centre);
  if (share <= 0 || share >= 1) return null;
  const acceleration = jackknifeAcceleration(values, centre);
  return Number.isFinite(acceleration) ? { bias: normalQuantile(share), acceleration } : null;
}

/** Of a mean: leaving one value out moves it by that value's distance / (n - 1), so the distances are enough. */
function jackknifeAcceleration(values: readonly number[], centre: number): number {
  const distances = values.map((value) => value - centre);
  return sum(distances.map((distance) => distance ** 3)) / (6 * sum(distances.map((distance) => distance ** 2)) ** 1.5);
}

function correctedShare({ bias, acceleration }: Correction): (p: number) => number {
  return (p) => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
}

/** The inverse of {@link correctedShare}. */
function nominalShare({ bias, acceleration }: Correction, share: number): number {
  if (share <= 0 || share >= 1) return share;
  const z = normalQuantile(share) - bias;
  return normalCdf(z / (1 + acceleration * z) - bias);
}

/** Share of the draws below `value`, those equal to it counted half. */
function shareBelow(draws: Float64Array, value: number): number {
  let below = 0;
  let equal = 0;
  for (const draw of draws) {
    if (draw < value - SAME) below++;
    else if (draw <= value + SAME) equal++;
    else break;
  }
  return (below + equal / 2) / draws.length;
}

/** Never 0: ten thousand draws cannot show less than one in ten thousand. */
function twoSided(share: number): number {
  return Math.min(1, Math.max(2 * Math.min(share, 1 - share), 1 / (BOOTSTRAP_DRAWS + 1)));
}
