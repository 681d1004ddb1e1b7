import type { RunCounts } from "../result.ts";
import type { Interval } from "../statistics/interval.ts";
import { wilsonInterval } from "../statistics/proportions.ts";

/** How many runs passed their assertions. */
export interface PassRate {
  /** Runs that assertions were held against, failed requests included. */
  n: number;
  passed: number;
  /** passed / n; null for none. Under the name that the other statistics have. */
  mean: number | null;
  /** Wilson's, of the share. */
  interval: Interval | null;
}

export function passRate({ checked, passed }: Pick<RunCounts, "checked" | "passed">): PassRate {
  return { n: checked, passed, mean: checked === 0 ? null : passed / checked, interval: wilsonInterval(passed, checked) };
}
