import type { Interval } from "./interval.ts";
import { meanInterval } from "./interval.ts";

/** When to stop asking: the interval of the mean is as narrow as wanted. */
export interface StopRule {
  /** Whole width of the interval, in the values' unit; or as a share of the mean (0.1: ±5 %) with `relative`. */
  width: number;
  relative?: boolean;
  /** Never before this many values: a narrow interval of very few is luck. */
  least?: number;
}

/** Default of {@link StopRule.least}. */
export const LEAST_BEFORE_STOP = 5;

/** Whether `values` are enough by `rule`. Missing values do not count. An interval that is not defined is never narrow. */
export function isEnough(values: ReadonlyArray<number | null>, { width, relative = false, least = LEAST_BEFORE_STOP }: StopRule): boolean {
  const present = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (present.length < Math.max(2, least)) return false;
  const interval = meanInterval(present);
  if (interval === null) return false;
  const wanted = relative ? width * Math.abs((interval.low + interval.high) / 2) : width;
  return intervalWidth(interval) <= wanted;
}

/** high - low. */
export function intervalWidth({ low, high }: Interval): number {
  return high - low;
}
