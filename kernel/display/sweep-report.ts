import type { Report } from "../cells/report.ts";
import { METRIC_ALIASES, METRICS } from "../experiment/metrics.ts";
import type { CornerResult, ExperimentResult } from "../experiment/result.ts";
import { wilsonInterval } from "../experiment/statistics/proportions.ts";
import type { Spread } from "../experiment/statistics/statistics.ts";
import type { Output } from "./bundle.ts";
import { cornerLabel } from "./corner-label.ts";
import { formatCount, formatNumber } from "./numbers.ts";
import { type Column, type Table, tableOutput } from "./table.ts";

/** Shown for a value that is not there. */
const NONE = "–";
/** Metrics of a table that names none, as far as there are values. */
const USUAL = ["pass", "decode_tok_s", "ttft_ms", "answer_tokens"];

/**
 * A matrix as tables: one for each metric with `columns`, else one with a column for each metric. A cell holds the mean
 * and its interval, and below it the same without outliers where there are any. Axes that the report does not name go
 * into the rows: nothing is pooled that differs.
 */
export function sweepReport(result: ExperimentResult, { rows, columns, show }: Report): Output {
  const axes = Object.keys(result.corners[0]?.corner ?? {});
  const across = columns.filter((axis) => axes.includes(axis));
  const named = rows.filter((axis) => axes.includes(axis));
  const down = [...named, ...axes.filter((axis) => !across.includes(axis) && !named.includes(axis))];
  const metrics = show.length > 0 ? show : USUAL.filter((name) => result.corners.some((corner) => cellOf(corner, name) !== NONE));
  const layout = { down, across, groups: distinct(result.corners, down), heads: distinct(result.corners, across) };
  const tables = across.length === 0 ? [flatTable(result.corners, layout, metrics)] : metrics.map((name) => pivot(result.corners, layout, name));
  return joined(tables.map((table, at) => tableOutput(at === tables.length - 1 ? { ...table, notes: notes(result, metrics) } : table)));
}

interface Layout {
  down: string[];
  across: string[];
  groups: Array<Record<string, unknown>>;
  heads: Array<Record<string, unknown>>;
}

function flatTable(corners: readonly CornerResult[], { down, groups }: Layout, metrics: readonly string[]): Table {
  return {
    columns: [...down.map(leftColumn), ...metrics.map((name) => rightColumn(titleOf(name)))],
    rows: groups.map((group) => {
      const corner = cornerAt(corners, group);
      return [...Object.values(group).map(text), ...metrics.map((name) => (corner === undefined ? NONE : cellOf(corner, name)))];
    }),
  };
}

function pivot(corners: readonly CornerResult[], { down, groups, heads }: Layout, name: string): Table {
  return {
    caption: titleOf(name),
    columns: [...down.map(leftColumn), ...heads.map((head) => rightColumn(cornerLabel(head)))],
    rows: groups.map((group) => {
      const cells = heads.map((head) => cornerAt(corners, { ...group, ...head }));
      return [...Object.values(group).map(text), ...cells.map((corner) => (corner === undefined ? NONE : cellOf(corner, name)))];
    }),
  };
}

function cellOf(corner: CornerResult, name: string): string {
  if (name === "pass") return passText(corner);
  const summary = corner.stats[METRIC_ALIASES[name] ?? name];
  if (summary === undefined || summary.n === 0) return NONE;
  const { without, outliers } = summary;
  const odd = without === null ? "" : `\n${meanText(without)} without ${formatCount(outliers.length, "outlier")}`;
  return `${meanText(summary)}${odd}`;
}

function meanText({ mean, interval }: Spread): string {
  return interval === null ? formatNumber(mean) : `${formatNumber(mean)} (${formatNumber(interval.low)} to ${formatNumber(interval.high)})`;
}

function passText({ counts: { passed, checked } }: CornerResult): string {
  const interval = wilsonInterval(passed, checked);
  if (interval === null) return NONE;
  return `${passed} of ${checked} (${formatNumber(interval.low * 100)} to ${formatNumber(interval.high * 100)} %)`;
}

function titleOf(name: string): string {
  if (name === "pass") return "passed";
  const metric = METRICS.find((each) => each.name === (METRIC_ALIASES[name] ?? name));
  return metric === undefined ? name : `${metric.label} (${metric.unit})`;
}

/** The combinations of some axes, in order of appearance. */
function distinct(corners: readonly CornerResult[], axes: readonly string[]): Array<Record<string, unknown>> {
  const found = new Map<string, Record<string, unknown>>();
  for (const { corner } of corners) {
    const part = Object.fromEntries(axes.map((axis) => [axis, corner[axis]]));
    found.set(JSON.stringify(part), part);
  }
  return [...found.values()];
}

function cornerAt(corners: readonly CornerResult[], wanted: Readonly<Record<string, unknown>>): CornerResult | undefined {
  return corners.find(({ corner }) => Object.entries(wanted).every(([axis, value]) => corner[axis] === value));
}

function notes(result: ExperimentResult, metrics: readonly string[]): string[] {
  const ok = result.corners.map(({ counts }) => counts.ok);
  const [least, most] = [Math.min(...ok), Math.max(...ok)];
  const sum = (key: "planned" | "failed" | "cancelled" | "invalid") => result.corners.reduce((total, { counts }) => total + counts[key], 0);
  const odd = [["failed", sum("failed")], ["cancelled", sum("cancelled")], ["with an answer that is not valid", sum("invalid")]] as const;
  const methods = [...new Set(result.corners.flatMap(({ stats }) => Object.values(stats).flatMap(({ interval }) => (interval === null ? [] : [interval.method]))))];
  const rates = metrics.includes("pass") ? ["; passed: share of answers that meet all assertions, Wilson"] : [];
  return [
    `n = ${least === most ? least : `${least} to ${most}`} for each setting, ${sum("planned")} runs in all${odd.flatMap(([words, count]) => (count > 0 ? [`, ${count} ${words}`] : [])).join("")}.`,
    ...(methods.length === 0 ? [] : [`Mean with 95 % interval (${methods.join(" or ")})${rates.join("")}.`]),
    ...(result.partial ? ["Partial: interrupted before all runs had ended."] : []),
  ];
}

function joined(outputs: readonly Output[]): Output {
  const all = (mime: string, separator: string) => outputs.map(({ data }) => String(data[mime])).join(separator);
  return { data: { "text/html": all("text/html", "<br>"), "text/plain": all("text/plain", "\n\n") }, metadata: {}, tables: outputs.flatMap(({ tables = [] }) => tables) };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

function leftColumn(label: string): Column {
  return { label, align: "left" };
}

function rightColumn(label: string): Column {
  return { label, align: "right" };
}
