import { isReason, type Reason } from "./reasons.ts";

/** Times kept for the percentiles, the last ones. */
export const TIMES_KEPT = 500;

/** The counts as they are kept between two sessions of the editor. */
export interface StatisticsCounts {
  /** Since when, in ms of the calendar. */
  since: number;
  /** How often these counts were written: of two readings the later one. */
  saves: number;
  requests: number;
  shown: number;
  shownTokens: number;
  generated: number;
  accepted: number;
  partly: number;
  acceptedCharacters: number;
  measured: number;
  retained: number;
  reasons: Partial<Record<Reason, number>>;
  /** In ms. */
  shownTimes: number[];
  typedTimes: number[];
}

const NUMBERS = ["requests", "shown", "shownTokens", "generated", "accepted", "partly", "acceptedCharacters", "measured", "retained"] as const;

export function noCounts(since: number): StatisticsCounts {
  return {
    since, saves: 0, requests: 0, shown: 0, shownTokens: 0, generated: 0, accepted: 0, partly: 0, acceptedCharacters: 0, measured: 0, retained: 0,
    reasons: {}, shownTimes: [], typedTimes: [],
  };
}

/** `later` happened after `earlier`. */
export function addCounts(earlier: StatisticsCounts, later: StatisticsCounts): StatisticsCounts {
  const sum = { ...earlier, reasons: { ...earlier.reasons } };
  for (const name of NUMBERS) sum[name] += later[name];
  for (const [reason, times] of Object.entries(later.reasons) as [Reason, number][]) sum.reasons[reason] = (sum.reasons[reason] ?? 0) + times;
  sum.shownTimes = [...earlier.shownTimes, ...later.shownTimes].slice(-TIMES_KEPT);
  sum.typedTimes = [...earlier.typedTimes, ...later.typedTimes].slice(-TIMES_KEPT);
  return sum;
}

/** What was kept, if it can still be read: another version may have written it. Null otherwise. */
export function readCounts(value: unknown): StatisticsCounts | null {
  if (typeof value !== "object" || value === null) return null;
  const kept = value as Record<string, unknown>;
  if (![...NUMBERS, "since", "saves"].every((name) => isCount(kept[name])) || typeof kept["reasons"] !== "object" || kept["reasons"] === null) return null;
  const times = [kept["shownTimes"], kept["typedTimes"]];
  if (!times.every((list) => Array.isArray(list) && list.every(isCount))) return null;
  const reasons = Object.entries(kept["reasons"]).filter(([reason, count]) => isReason(reason) && isCount(count));
  return { ...(kept as unknown as StatisticsCounts), reasons: Object.fromEntries(reasons) as StatisticsCounts["reasons"] };
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
