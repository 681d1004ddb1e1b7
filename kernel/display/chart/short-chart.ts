import { type ChartRow, type ChartStatistic, type ChartTable, fieldOf, hasField, splitField } from "../../cells/chart-table.ts";
import { type Summary, summarise } from "../../experiment/statistics/statistics.ts";

/** What the short keys of a `%%chart` cell say. */
export interface ShortChart {
  x: string;
  y: readonly string[];
  series?: string;
  value?: string;
  type?: ChartType;
  bars?: "sd" | "ci" | "none";
  where?: Readonly<Record<string, unknown>>;
}

export type ChartType = "line" | "bar" | "point" | "box" | "heatmap";

/** Something drawn at one place of a diagram. */
export interface ChartPoint {
  x: string | number;
  /** A number; on a heat map what the vertical axis shows. */
  y: string | number;
  series: string | null;
  /** Ends of the error bar. */
  low: number | null;
  high: number | null;
  /** The figure that a heat map shows as colour. */
  value: number | null;
}

/** One diagram: all that is needed to draw and to describe it. */
export interface ChartPanel {
  type: ChartType;
  x: string;
  y: string;
  statistic: ChartStatistic | null;
  series: string | null;
  /** The field of a heat map's colour. */
  value: string | null;
  bars: "sd" | "ci" | null;
  points: ChartPoint[];
}

/** One diagram for each field of `y`. A diagram may be without points: see {@link emptyReason}. */
export function chartPanels(chart: ShortChart, table: ChartTable): ChartPanel[] {
  const kept: ChartTable = { rows: table.rows.filter((row) => isKept(row, chart.where)), corners: table.corners.filter((row) => isKept(row, chart.where)) };
  return chart.y.map((y) => (chart.type === "heatmap" ? heatPanel(chart, y, kept) : panel(chart, y, kept)));
}

function isKept(row: ChartRow, where: ShortChart["where"] = {}): boolean {
  return Object.entries(where).every(([name, wanted]) => [wanted].flat().some((one) => fieldOf(row, name) === (typeof one === "boolean" ? Number(one) : one)));
}

function panel(chart: ShortChart, y: string, table: ChartTable): ChartPanel {
  const { field, statistic } = splitField(y, [...table.rows, ...table.corners]);
  const rows = rowsWith(table, field);
  const type = chart.type ?? defaultType(rows, chart.x);
  const series = chart.series ?? null;
  const isRaw = statistic === null && (type === "point" || type === "box");
  const bars = isRaw || chart.bars === "none" || (statistic !== null && statistic !== "mean") ? null : chart.bars ?? "ci";
  const points = groupsOf(rows, [chart.x, ...(series === null ? [] : [series])]).flatMap(({ at, rows: own }): ChartPoint[] => {
    const place = { x: at[0] ?? "", series: series === null ? null : String(at[1]), value: null };
    const values = own.map((row) => asNumber(fieldOf(row, field)));
    if (isRaw) return values.flatMap((value) => (value === null ? [] : [{ ...place, y: value, low: null, high: null }]));
    const summary = summarise(values);
    const figure = summary[statistic ?? "mean"];
    return figure === null || summary.n === 0 ? [] : [{ ...place, y: figure, ...ends(summary, bars) }];
  });
  return { type, x: chart.x, y: field, statistic, series, value: null, bars: points.some(({ low }) => low !== null) ? bars : null, points };
}

function heatPanel(chart: ShortChart, y: string, table: ChartTable): ChartPanel {
  const { field, statistic } = splitField(chart.value ?? "", [...table.rows, ...table.corners]);
  const points = groupsOf(rowsWith(table, field), [chart.x, y]).flatMap(({ at, rows }): ChartPoint[] => {
    const summary = summarise(rows.map((row) => asNumber(fieldOf(row, field))));
    const value = summary.n === 0 ? null : summary[statistic ?? "mean"];
    return value === null ? [] : [{ x: at[0] ?? "", y: at[1] ?? "", series: null, low: null, high: null, value }];
  });
  return { type: "heatmap", x: chart.x, y, statistic, series: null, value: field, bars: null, points };
}

/** Runs where they have the field, else the corners of the matrix: some figures belong to a whole corner. */
function rowsWith({ rows, corners }: ChartTable, field: string): readonly ChartRow[] {
  return hasField(rows, field) ? rows : corners;
}

function defaultType(rows: readonly ChartRow[], x: string): ChartType {
  return rows.every((row) => typeof fieldOf(row, x) === "number") ? "line" : "bar";
}

function ends({ mean, sd, interval }: Summary, bars: "sd" | "ci" | null): Pick<ChartPoint, "low" | "high"> {
  if (bars === "sd" && mean !== null && sd !== null) return { low: mean - sd, high: mean + sd };
  if (bars === "ci" && interval !== null) return { low: interval.low, high: interval.high };
  return { low: null, high: null };
}

interface Group {
  at: Array<string | number>;
  rows: ChartRow[];
}

/** Rows with the same values of all `fields`; rows that lack one of them are left out. Numbers ascend, texts keep their order. */
function groupsOf(rows: readonly ChartRow[], fields: readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const at = fields.map((name) => asPlace(fieldOf(row, name)));
    if (!at.every((value) => value !== null)) continue;
    const key = JSON.stringify(at);
    const group = groups.get(key) ?? { at, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  const byNumber = (a: string | number | undefined, b: string | number | undefined) => (typeof a === "number" && typeof b === "number" ? a - b : 0);
  return [...groups.values()].sort((a, b) => byNumber(a.at[0], b.at[0]) || byNumber(a.at[1], b.at[1]));
}

function asPlace(value: unknown): string | number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string") return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Why a diagram shows nothing; null for one that shows something. */
export function emptyReason({ points, statistic, y, value }: ChartPanel): string | null {
  if (points.length > 0) return null;
  const field = value ?? y;
  if (statistic === "p95" || statistic === "p99") return `${field}.${statistic} needs ${statistic === "p95" ? 20 : 100} values at each place of the chart.`;
  return `${field} has no values.`;
}
