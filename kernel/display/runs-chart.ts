import { METRICS, type Metric } from "../experiment/metrics.ts";
import { type CornerResult, type ExperimentResult, metricOf } from "../experiment/result.ts";
import type { Corner } from "../experiment/plan.ts";
import type { Summary } from "../experiment/statistics/statistics.ts";
import type { Output } from "./bundle.ts";
import { drawChart } from "./chart.ts";
import { cornerLabel } from "./corner-label.ts";
import { formatCount, formatNumber } from "./numbers.ts";

/** The two figures that a reader asks for first. */
const SHOWN = ["decode_tok_s", "ttft_ms"];
const PANEL_WIDTH = 260;
const ROW_HEIGHT = 44;
/** Rows of a chart of many corners lie closer, or the picture is too heavy for a notebook. */
const SMALL_ROW_HEIGHT = 18;
const MANY_CORNERS = 4;
/** More dots cover each other and weigh more than all the rest; mean, interval and outliers are left. */
const MAX_DOTS = 60;

/** One dot for each run, with mean and interval of every corner; null when no metric has two values to compare. */
export async function runsChart(result: ExperimentResult): Promise<Output | null> {
  const metrics = METRICS.filter((metric) => SHOWN.includes(metric.name) && result.corners.some(({ stats }) => (stats[metric.name]?.n ?? 0) >= 2));
  if (metrics.length === 0) return null;
  const spec = { hconcat: metrics.map((metric, at) => panel(metric, result.corners, at === 0)), spacing: 30 };
  return (await drawChart(spec, { description: description(metrics, result.corners), ...(result.corners.length > MANY_CORNERS ? { pngScale: 1 } : {}) })).output;
}

/** Panels lie beside each other: only the first one names the rows. */
function panel(metric: Metric, corners: readonly CornerResult[], isFirst: boolean): Record<string, unknown> {
  const axis = { field: "setting", type: "nominal", title: isFirst ? axisTitle(corners) : null, sort: null, axis: { labels: isFirst && corners.length > 1, ticks: false } };
  const value = { field: "value", type: "quantitative", title: `${metric.label} (${metric.unit})`, scale: { zero: false }, axis: { tickCount: 5 } };
  const series = { field: "setting", type: "nominal", legend: null, sort: null };
  return {
    width: PANEL_WIDTH,
    height: (corners.length > MANY_CORNERS ? SMALL_ROW_HEIGHT : ROW_HEIGHT) * corners.length,
    layer: [
      {
        data: { values: fewEnough(corners.flatMap((corner) => dots(metric, corner))) },
        mark: { type: "point", aria: false, filled: true, size: 45, opacity: 0.6 },
        encoding: { x: value, y: axis, color: series, shape: { field: "kind", type: "nominal", legend: null, scale: { domain: ["run", "outlier"], range: ["circle", "cross"] } } },
      },
      {
        data: { values: corners.flatMap((corner) => interval(metric, corner)) },
        mark: { type: "rule", aria: false, strokeWidth: 2, color: "#222222" },
        encoding: { x: { ...value, field: "low" }, x2: { field: "high" }, y: axis },
      },
      {
        data: { values: corners.flatMap((corner) => interval(metric, corner)) },
        mark: { type: "tick", aria: false, thickness: 3, size: corners.length > MANY_CORNERS ? 12 : 22, color: "#222222" },
        encoding: { x: { ...value, field: "mean" }, y: axis },
      },
    ],
  };
}

function dots(metric: Metric, corner: CornerResult): Array<Record<string, unknown>> {
  const values = corner.runs.flatMap((run) => {
    const value = metricOf(run, metric);
    return value === null ? [] : [value];
  });
  const outliers = new Set(corner.stats[metric.name]?.outliers.map((outlier) => outlier.value));
  return values.map((value) => ({ setting: shortLabel(corner.corner), value, kind: outliers.has(value) ? "outlier" : "run" }));
}

/** With several axes their names stand at the axis, once. */
function shortLabel(corner: Corner): string {
  const values = Object.values(corner);
  return values.length < 2 ? cornerLabel(corner) : values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" · ");
}

function axisTitle([first]: readonly CornerResult[]): string | null {
  const axes = Object.keys(first?.corner ?? {});
  return axes.length < 2 ? null : axes.join(" · ");
}

function fewEnough(all: Array<Record<string, unknown>>): Array<Record<string, unknown>> {
  return all.length > MAX_DOTS ? all.filter(({ kind }) => kind === "outlier") : all;
}

function interval(metric: Metric, { corner, stats }: CornerResult): Array<Record<string, unknown>> {
  const summary = stats[metric.name];
  if (summary?.mean == null || summary.interval === null) return [];
  return [{ setting: shortLabel(corner), mean: summary.mean, low: summary.interval.low, high: summary.interval.high }];
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
