import { METRIC_ALIASES } from "../metrics.ts";
import type { Summary } from "../statistics/statistics.ts";
import { REQUEST_METRICS, SYSTEM_METRICS } from "./bench-metrics.ts";
import { requestRow } from "./bench-request.ts";
import type { BenchWindow } from "./bench-window.ts";
import type { BenchResult } from "./run-bench.ts";

/**
 * The result as templates, `%%chart` and `%%compare` see it under the cell's name, in the shape of a prompt cell's result:
 * runs (one row for each request), corners (with the figures of the whole measurement), stats, table. Plain JSON.
 */
export function namedBench(result: BenchResult): Record<string, unknown> {
  const [only] = result.windows;
  return {
    kind: "bench",
    partial: result.partial,
    runs: benchRows(result),
    stats: result.windows.length === 1 && only !== undefined ? withAliases(only.stats) : {},
    corners: result.windows.map(({ spec, counts, stats, system, errors }) => ({ ...spec.corner, ...system, counts, errors, stats: withAliases(stats) })),
    table: result.windows.flatMap(tableRows),
  };
}

/** One row for each request, in the order of the matrix. */
export function benchRows({ windows }: BenchResult): Array<Record<string, unknown>> {
  return windows.flatMap(({ requests, start }) => requests.map((request) => requestRow(request, start)));
}

/** One row for each metric; a figure of the whole measurement has one value and no spread. */
function tableRows({ spec, stats, system }: BenchWindow): Array<Record<string, unknown>> {
  const perRequest = REQUEST_METRICS.map(({ name, unit }) => {
    const { n, mean, sd, median, min, max, p95 } = stats[name] as Summary;
    return { ...spec.corner, metric: name, unit, n, mean, sd, median, min, max, p95 };
  });
  const whole = SYSTEM_METRICS.map(({ name, unit }) => {
    const value = system[name];
    return { ...spec.corner, metric: name, unit, n: value === null ? 0 : 1, mean: value, sd: null, median: value, min: value, max: value, p95: null };
  });
  return [...whole, ...perRequest];
}

function withAliases(stats: Record<string, Summary>): Record<string, Summary> {
  const aliases = Object.entries(METRIC_ALIASES).flatMap(([alias, name]) => (stats[name] === undefined ? [] : [[alias, stats[name]] as const]));
  return { ...stats, ...Object.fromEntries(aliases) };
}
