import type { Interval } from "../statistics/interval.ts";
import type { Figure } from "./figure.ts";

export type Verdict = "better" | "worse" | "more" | "less" | "no difference shown" | "too few pairs";

/** Even if all of five pairs lean to one side, chance alone does that once in sixteen times. */
export const MIN_PAIRS = 6;
/** The limit of p, corrected for the number of figures. */
export const SIGNIFICANT = 0.05;

/** A smallest difference that matters: in the figure's unit, or as a share of side A. */
export interface Margin {
  size: number;
  relative: boolean;
}

export const NO_MARGIN: Margin = { size: 0, relative: false };

/** What the evidence allows to say of B against A. `p` is corrected and belongs to the hypothesis that the difference is no more than the margin. */
export function verdictOf(figure: Pick<Figure, "better">, direction: -1 | 0 | 1, p: number | null, pairs: number): Verdict {
  if (pairs < MIN_PAIRS) return "too few pairs";
  if (direction === 0 || p === null || p > SIGNIFICANT) return "no difference shown";
  if (figure.better === null) return direction > 0 ? "more" : "less";
  return (direction > 0) === (figure.better === "more") ? "better" : "worse";
}

/** On which side of the margin the whole interval lies; 0: it reaches into it. */
export function sideOf(interval: Interval | null, low: number, high: number): -1 | 0 | 1 {
  if (interval === null) return 0;
  if (interval.low > high) return 1;
  return interval.high < low ? -1 : 0;
}
