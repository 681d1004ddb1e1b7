import { isMapping } from "./kind-key.ts";
import { followPath } from "./value-path.ts";

export type ChartRow = Readonly<Record<string, unknown>>;

/** What a chart can draw of a result. */
export interface ChartTable {
  /** One for each run, or the rows as they were given. */
  rows: readonly ChartRow[];
  /** One for each corner of a matrix, with the figures that only a whole corner has. */
  corners: readonly ChartRow[];
  /** False for a result of which only the runs are known, such as one read from a saved notebook: it may have more fields. */
  isWhole?: boolean;
}

/** Figures of the values of one field in one place of a chart: `ttft_ms.p95`. */
export const CHART_STATISTICS = ["mean", "median", "min", "max", "sd", "p25", "p75", "p95", "p99", "n"] as const;
export type ChartStatistic = (typeof CHART_STATISTICS)[number];

/** Short names of fields, the same as in templates. */
const ALIASES: Readonly<Record<string, string>> = { tok_s: "decode_tok_s" };

/** A named result, or a list of mappings, as rows; null for anything else. */
export function chartTable(value: unknown): ChartTable | null {
  if (Array.isArray(value)) return value.every(isMapping) ? { rows: value, corners: [] } : null;
  if (!isMapping(value) || !Array.isArray(value.runs) || !value.runs.every(isMapping)) return null;
  const corners = Array.isArray(value.corners) ? value.corners.filter(isMapping) : [];
  return { rows: value.runs, corners, isWhole: Array.isArray(value.corners) };
}

/** A field of a row: its own name, an alias, or a path into nested values. Booleans count as 1 and 0, so that their mean is a share. */
export function fieldOf(row: ChartRow, name: string): unknown {
  const own = Object.hasOwn(row, name) ? name : Object.hasOwn(ALIASES, name) ? ALIASES[name] ?? name : name;
  const found = Object.hasOwn(row, own) ? { found: true, value: row[own] } as const : followPath(row, own.split("."));
  const value = found.found ? found.value : undefined;
  return typeof value === "boolean" ? Number(value) : value;
}

/** `ttft_ms.p95` as field and statistic; a field whose own name ends like one stays whole. */
export function splitField(name: string, rows: readonly ChartRow[]): { field: string; statistic: ChartStatistic | null } {
  const dot = name.lastIndexOf(".");
  const statistic = CHART_STATISTICS.find((known) => known === name.slice(dot + 1));
  if (dot < 1 || statistic === undefined || hasField(rows, name)) return { field: name, statistic: null };
  return { field: name.slice(0, dot), statistic };
}

export function hasField(rows: readonly ChartRow[], name: string): boolean {
  return rows.some((row) => fieldOf(row, name) !== undefined);
}

/** All names that may stand for a field, for "did you mean" and completion. */
export function fieldNames({ rows, corners }: ChartTable): string[] {
  const own = [...rows, ...corners].flatMap((row) => Object.entries(row).flatMap(([key, value]) => (isMapping(value) && key !== "counts" && key !== "stats" ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key])));
  const names = [...new Set(own)].filter((name) => name !== "counts" && name !== "stats");
  return [...names, ...Object.keys(ALIASES).filter((alias) => names.includes(ALIASES[alias] ?? ""))];
}
