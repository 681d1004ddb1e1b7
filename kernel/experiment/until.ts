import { MIN_UNTIL_RUNS, type Until } from "../cells/until.ts";
import { METRIC_ALIASES, METRICS } from "./metrics.ts";
import { type ExperimentResult, metricOf, type RunRecord } from "./result.ts";
import { wilsonInterval } from "./statistics/proportions.ts";
import { intervalWidth, isEnough } from "./statistics/sequential.ts";

/** Whether the runs of one corner are enough by `until`. `least` runs are always made. */
export function untilReached(until: Until, least: number, runs: readonly RunRecord[]): boolean {
  const { metric: name, width, relative } = until;
  const atLeast = Math.max(MIN_UNTIL_RUNS, least);
  if (name === "pass") return passRateReached(runs, atLeast, width, relative);
  const metric = METRICS.find((each) => each.name === (METRIC_ALIASES[name] ?? name));
  return metric !== undefined && isEnough(runs.map((run) => metricOf(run, metric)), { width, relative, least: atLeast });
}

function passRateReached(runs: readonly RunRecord[], least: number, width: number, relative: boolean): boolean {
  const judged = runs.filter(({ passed }) => passed !== null);
  const passed = judged.filter((run) => run.passed === true).length;
  const interval = judged.length < least ? null : wilsonInterval(passed, judged.length);
  if (interval === null) return false;
  return intervalWidth(interval) <= (relative ? width * (passed / judged.length) : width);
}

/** How `until` ended, for a reader: early stopping makes an interval a little too narrow, and that is said. */
export function untilRemark(until: Until, { corners, partial }: ExperimentResult): string {
  const wanted = `${until.metric} within ${until.relative ? `${Number((until.width * 100).toFixed(6))} % of its mean` : until.width}`;
  if (partial) return `\`until\`: stopped before it was known whether ${wanted} is reached.`;
  const open = corners.filter(({ counts }) => counts.planned >= until.max_runs).length;
  const reached = open === 0 ? `reached ${wanted}` : `${corners.length - open} of ${corners.length} settings reached ${wanted}; the others stopped at \`max_runs\``;
  return `\`until\`: ${reached}. Intervals that decide when to stop are a little narrower than they say.`;
}
