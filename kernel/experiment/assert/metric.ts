import type { Assertion } from "../../cells/assert/assertion.ts";
import { METRIC_ALIASES, METRICS } from "../metrics.ts";
import { metricOf, type RunRecord } from "../result.ts";
import { boundsText, within } from "./bounds.ts";
import type { Finding } from "./check.ts";
import { formatNumber } from "./format-number.ts";

export function checkMetric({ metric, bounds }: Extract<Assertion, { kind: "metric" }>, run: RunRecord): Finding {
  const value = metricsOf(run)[metric] ?? null;
  if (value === null) return { verdict: null, detail: `this run has no ${metric}`, score: null };
  return { verdict: within(value, bounds), detail: `${formatNumber(value)}, asked for ${boundsText(bounds)}`, score: value };
}

/** Every metric of a run under its name and its short names. */
export function metricsOf(run: RunRecord): Record<string, number | null> {
  const values = Object.fromEntries(METRICS.map((metric) => [metric.name, metricOf(run, metric)]));
  return { ...values, ...Object.fromEntries(Object.entries(METRIC_ALIASES).map(([alias, name]) => [alias, values[name] ?? null])) };
}
