import { passRate } from "../experiment/assert/pass-rate.ts";
import { METRICS, type Metric } from "../experiment/metrics.ts";
import { passAtRuns } from "../experiment/pass-at-runs.ts";
import type { CornerResult, ExperimentResult } from "../experiment/result.ts";
import type { Spread, Summary } from "../experiment/statistics/statistics.ts";
import type { Output } from "./bundle.ts";
import { cornerLabel } from "./corner-label.ts";
import { formatNumber } from "./numbers.ts";
import { passCount } from "./pass-count.ts";
import { type Column, type Table, tableOutput } from "./table.ts";

const FIGURES: readonly Column[] = ["n", "mean", "sd", "median", "interval of the mean", "outliers"].map((label) => ({ label, align: "right" }));

/** The statistics of repeated runs: one row for each metric and corner, and a second one without its outliers. */
export function statsTable(result: ExperimentResult): Output {
  const many = result.corners.length > 1;
  const shown = METRICS.filter((metric) => isShown(metric, result));
  const label = (corner: CornerResult) => (many ? [cornerLabel(corner.corner)] : []);
  const table: Table = {
    columns: [left("metric"), ...(many ? [left("setting")] : []), ...FIGURES],
    rows: [...passRows(result, label), ...shown.flatMap((metric) => result.corners.flatMap((corner) => metricRows(metric, label(corner), corner.stats[metric.name])))],
    notes: notes(result),
  };
  return tableOutput(table);
}

/** The share of runs that passed their assertions, failed runs included, with Wilson's interval. */
function passRows({ corners }: ExperimentResult, label: (corner: CornerResult) => string[]): string[][] {
  return corners.filter(({ counts }) => counts.checked > 0).map((corner) => {
    const { n, mean, interval } = passRate(corner.counts);
    const range = interval === null ? formatNumber(null) : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
    return ["passed (share)", ...label(corner), String(n), formatNumber(mean), formatNumber(null), formatNumber(null), range, ""];
  });
}

function isMeasured(metric: Metric, result: ExperimentResult): boolean {
  return result.corners.some(({ stats }) => (stats[metric.name]?.n ?? 0) > 0);
}

/** A row must tell something: minor metrics and those that were 0 in every run have none, whatever came out as an outlier has. */
function isShown(metric: Metric, result: ExperimentResult): boolean {
  const summaries = result.corners.flatMap(({ stats }) => stats[metric.name] ?? []).filter(({ n }) => n > 0);
  if (summaries.some(({ outliers }) => outliers.length > 0)) return true;
  return metric.minor !== true && summaries.some(({ min, max }) => min !== 0 || max !== 0);
}

function left(label: string): Column {
  return { label, align: "left" };
}

function metricRows(metric: Metric, setting: string[], summary: Summary | undefined): string[][] {
  if (summary === undefined) return [];
  const name = `${metric.label} (${metric.unit})`;
  const flagged = summary.outliers.map((outlier) => formatNumber(outlier.value)).join(", ");
  const all = [name, ...setting, ...figures(summary), flagged];
  return summary.without === null ? [all] : [all, [`${name}, without outliers`, ...setting, ...figures(summary.without), ""]];
}

function figures({ n, mean, sd, median, interval }: Spread): string[] {
  const range = interval === null ? formatNumber(null) : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
  return [String(n), formatNumber(mean), formatNumber(sd), formatNumber(median), range];
}

function notes(result: ExperimentResult): string[] {
  const many = result.corners.length > 1;
  const finished = result.corners.flatMap(({ corner, counts, cache }) => {
    const { planned, ok, failed, cancelled, invalid } = counts;
    const parts = [
      `${ok} of ${planned} runs finished`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
      ...(invalid > 0 ? [`${invalid} with an answer that is not valid`] : []),
      ...(cache === null ? [] : [`prompt cache ${cache}`]),
    ];
    const label = many ? `${cornerLabel(corner)}: ` : "";
    return [`${label}${parts.join(", ")}.`, ...(counts.checked === 0 ? [] : [`${label}${passCount(counts)}`])];
  });
  const absent = METRICS.filter((metric) => !isMeasured(metric, result)).map((metric) => metric.label);
  const absentNote = absent.length === 0 ? [] : [`Not available: ${absent.join(", ")}.`];
  const hidden = METRICS.filter((metric) => isMeasured(metric, result) && !isShown(metric, result)).map((metric) => metric.name);
  const hiddenNote = hidden.length === 0 ? [] : [`Also in the result's stats: ${hidden.join(", ")}.`];
  return [...finished, ...passAtNotes(result), ...absentNote, ...hiddenNote, ...intervalNote(result), ...(result.partial ? ["Partial: interrupted before all runs had ended."] : [])];
}

/** What several tries at a question would bring. */
function passAtNotes({ corners }: ExperimentResult): string[] {
  return corners.flatMap((corner) => {
    const chances = passAtRuns(corner.runs).map(({ k, any, all }) => `pass@${k} ${formatNumber(any)}, pass^${k} ${formatNumber(all)}`);
    return chances.length === 0 ? [] : [`${corners.length > 1 ? `${cornerLabel(corner.corner)}: ` : ""}${chances.join("; ")} (pass@k: any of k answers passes; pass^k: all of them do; unbiased).`];
  });
}

/** How the intervals were made; they may differ where some values are missing. */
function intervalNote(result: ExperimentResult): string[] {
  const intervals = result.corners.flatMap(({ stats }) => Object.values(stats).flatMap(({ interval }) => (interval === null ? [] : [interval])));
  const [first] = intervals;
  if (first === undefined) return [];
  const methods = [...new Set(intervals.map((interval) => interval.method))];
  return [`Intervals: ${formatNumber(first.level * 100)} %, ${methods.join(" or ")}. sd: sample standard deviation (n - 1).`];
}
