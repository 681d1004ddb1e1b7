import type { Bounds } from "../../cells/assert/assertion.ts";
import { formatNumber } from "./format-number.ts";

/** What rounding may lose where `equals` has no tolerance. */
const ROUNDING = 1e-12;

export function within(value: number, { at_least: low = -Infinity, at_most: high = Infinity, above = -Infinity, below = Infinity, equals, tolerance = 0 }: Bounds): boolean {
  const isEqual = equals === undefined || value === equals || Math.abs(value - equals) <= Math.max(tolerance, ROUNDING) * Math.abs(equals);
  return value >= low && value <= high && (above === -Infinity || value > above) && (below === Infinity || value < below) && isEqual;
}

/** "at least 10 and at most 20". */
export function boundsText(bounds: Bounds): string {
  const words: Array<[string, number | undefined]> = [["at least", bounds.at_least], ["at most", bounds.at_most], ["above", bounds.above], ["below", bounds.below], ["equal to", bounds.equals]];
  const parts = words.flatMap(([word, limit]) => (limit === undefined ? [] : [`${word} ${formatNumber(limit)}`]));
  const tolerance = bounds.tolerance === undefined ? "" : ` within ${formatNumber(bounds.tolerance)}`;
  return parts.join(" and ") + tolerance;
}
