/** MIME type of the runs of a cell, as the kernel sends them. */
export const RUNS_MIME = "application/vnd.retort.runs+json";

export type Row = Readonly<Record<string, unknown>>;

/** A table of finished text. */
export interface TextTable {
  caption: string;
  columns: Array<{ label: string; align: "left" | "right" }>;
  rows: string[][];
  notes: string[];
}

/** What an output of ours holds. */
export interface RunsData {
  tables: TextTable[];
  rows: Row[];
  /** Runs that the output does not hold. */
  leftOut: number;
  /** The file that holds all of them; null: there is none. */
  sidecar: string | null;
}

/** More rows would make a page slow. The kernel sends fewer. */
const MAX_ROWS = 2000;

/** Reads the data of an output. A notebook may come from anywhere: what does not fit is left out. Null: there is nothing to show. */
export function runsData(value: unknown): RunsData | null {
  if (!isRecord(value)) return null;
  const rows = listOf(value["rows"]).filter(isRecord).slice(0, MAX_ROWS);
  const tables = listOf(value["tables"]).flatMap((table) => textTable(table) ?? []);
  if (rows.length === 0 && tables.length === 0) return null;
  const leftOut = Number(value["left_out"] ?? 0);
  return { tables, rows, leftOut: Number.isFinite(leftOut) && leftOut > 0 ? leftOut : 0, sidecar: typeof value["sidecar"] === "string" ? value["sidecar"] : null };
}

function textTable(value: unknown): TextTable | null {
  if (!isRecord(value)) return null;
  const columns = listOf(value["columns"]).filter(isRecord).map(({ label, align }) => ({ label: String(label ?? ""), align: align === "right" ? "right" as const : "left" as const }));
  if (columns.length === 0) return null;
  return {
    caption: typeof value["caption"] === "string" ? value["caption"] : "",
    columns,
    rows: listOf(value["rows"]).slice(0, MAX_ROWS).map((row) => columns.map((_, i) => String(listOf(row)[i] ?? ""))),
    notes: listOf(value["notes"]).map(String),
  };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
