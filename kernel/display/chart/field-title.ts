import type { ChartStatistic } from "../../cells/chart-table.ts";
import { REQUEST_METRICS, SYSTEM_METRICS } from "../../experiment/bench/bench-metrics.ts";
import { METRIC_ALIASES, METRICS } from "../../experiment/metrics.ts";

/** How a field reads on an axis: `p95 of time to first token (ms)`. A field without a name of ours stays as it is. */
export function fieldTitle(field: string, statistic: ChartStatistic | null = null): string {
  const name = METRIC_ALIASES[field] ?? field;
  const known = [...METRICS, ...SYSTEM_METRICS, ...REQUEST_METRICS].find((metric) => metric.name === name);
  const title = known === undefined ? field.replaceAll("_", " ") : `${known.label} (${known.unit})`;
  return statistic === null ? title : `${statistic} of ${title}`;
}
