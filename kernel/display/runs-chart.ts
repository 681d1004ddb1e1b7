import { METRICS, type Metric } from "../experiment/metrics.ts";
import type { CornerResult, ExperimentResult } from "../experiment/result.ts";
import type { Summary } from "../experiment/statistics.ts";
import type { Output } from "./bundle.ts";
import { chartOutput } from "./chart.ts";
import { cornerLabel } from "./corner-label.ts";
import { formatCount, formatNumber } from "./numbers.ts";

/** The two figures that a reader asks for first. */
const SHOWN = ["decode_tok_s", "ttft_ms"];
const PANEL_WIDTH = 260;
const ROW_HEIGHT = 44;

/** One dot for each run, with mean and interval of every corner; null when no metric has two values to compare. */
export async function runsChart(result: ExperimentResult): Promise<Output | null> {
  const metrics = METRICS.filter((metric) => SHOWN.includes(metric.name) && result.corners.some(({ stats }) => (stats[metric.name]?.n ?? 0) >= 2));
  if (metrics.length === 0) return null;
  const spec = { hconcat: metrics.map((metric) => panel(metric, result.corners)), spacing: 30 };
  return chartOutput(spec, description(metrics, result.corners));
}

function panel(metric: Metric, corners: readonly CornerResult[]): Record<string, unknown> {
  const axis = { field: "setting", type: "nominal", title: null, sort: null, axis: { labels: corners.length > 1, ticks: false } };
  const value = { field: "value", type: "quantitative", title: `${metric.label} (${metric.unit})`, scale: { zero: false }, axis: { tickCount: 5 } };
  const series = { field: "setting", type: "nominal", legend: null, sort: null };
  return {
    width: PANEL_WIDTH,
    height: ROW_HEIGHT * corners.length,
    layer: [
      {
        data: { values: corners.flatMap((corner) => dots(metric, corner)) },
        mark: { type: "point", filled: true, size: 45, opacity: 0.6 },
        encoding: { x: value, y: axis, color: series, shape: { field: "kind", type: "nominal", legend: null, scale: { domain: ["run", "outlier"], range: ["circle", "cross"] } } },
      },
      {
        data: { values: corners.flatMap((corner) => interval(metric, corner)) },
        mark: { type: "rule", strokeWidth: 2, color: "#222222" },
        encoding: { x: { ...value, field: "low" }, x2: { field: "high" }, y: axis },
      },
      {
        data: { values: corners.flatMap((corner) => interval(metric, corner)) },
        mark: { type: "tick", thickness: 3, size: 22, color: "#222222" },
        encoding: { x: { ...value, field: "mean" }, y: axis },
      },
    ],
  };
}

function dots(metric: Metric, corner: CornerResult): Array<Record<string, unknown>> {
  const values = corner.runs.flatMap((run) => {
    const value = run.reply === null ? null : metric.of(run.reply.timings);
    return value === null ? [] : [value];
  });
  const outliers = new Set(corner.stats[metric.name]?.outliers.map((outlier) => outlier.value));
  return values.map((value) => ({ setting: cornerLabel(corner.corner), value, kind: outliers.has(value) ? "outlier" : "run" }));
}

function interval(metric: Metric, { corner, stats }: CornerResult): Array<Record<string, unknown>> {
  const summary = stats[metric.name];
  if (summary?.mean == null || summary.interval === null) return [];
  return [{ setting: cornerLabel(corner), mean: summary.mean, low: summary.interval.low, high: summary.interval.high }];
}

/** The same figures in words, for screen readers and terminals. */
function description(metrics: readonly Metric[], corners: readonly CornerResult[]): string {
  const sentence = (metric: Metric, { corner, stats }: CornerResult) => {
    const summary = stats[metric.name];
    return summary === undefined || summary.n === 0 ? `${cornerLabel(corner)}: no values.` : `${cornerLabel(corner)}: ${inWords(summary)}.`;
  };
  const lines = metrics.map((metric) => `${metric.label} (${metric.unit}): ${corners.map((corner) => sentence(metric, corner)).join(" ")}`);
  return ["Chart of all runs, with mean and interval.", ...lines].join("\n");
}

function inWords({ n, mean, min, max, interval: range, outliers }: Summary): string {
  const between = range === null ? "" : `, interval ${formatNumber(range.low)} to ${formatNumber(range.high)}`;
  const odd = outliers.length === 0 ? "" : `, ${formatCount(outliers.length, "outlier")}`;
  return `${n} values from ${formatNumber(min)} to ${formatNumber(max)}, mean ${formatNumber(mean)}${between}${odd}`;
}
