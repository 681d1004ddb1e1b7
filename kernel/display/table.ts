import type { Output } from "./bundle.ts";
import { escapeHtml } from "../../runtime/escape-html.ts";
import { formatNumber } from "./numbers.ts";
import { displayWidth, pad, plainText } from "./plain-text.ts";

export interface Column {
  label: string;
  align: "left" | "right";
}

/** Text in rows and columns. Cells may hold anything: they are escaped, and cut where they are long. */
export interface Table {
  caption?: string;
  columns: Column[];
  rows: string[][];
  /** Lines below the table. */
  notes?: string[];
}

/** Rows shown; the rest is counted. */
export const MAX_ROWS = 200;
/** Characters shown of one cell. */
export const MAX_CELL_CHARS = 500;

// Inline styles only: style elements do not survive the sanitiser of an untrusted notebook. No colours of our own, so
// that the table follows a light or a dark theme.
const CELL = "padding:2px 10px";
/** Only where a cell takes several lines: said of every cell, it is half of a large table. */
const TALL_CELL = `${CELL};white-space:pre-wrap;vertical-align:top`;
/** Characters that may take a second line. */
const MAX_LINE = 60;

/** The table as HTML and as aligned plain text. */
export function tableOutput(table: Table): Output {
  const shown = shorten(table);
  return { data: { "text/html": toHtml(shown), "text/plain": toText(shown) }, metadata: {}, tables: [shown] };
}

/** A table of objects: one column for each key in order of appearance, numbers to the right. */
export function objectsTable(objects: ReadonlyArray<Readonly<Record<string, unknown>>>): Table {
  const keys = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const isNumeric = (key: string) => objects.every((object) => object[key] == null || typeof object[key] === "number");
  return {
    columns: keys.map((label) => ({ label, align: isNumeric(label) ? "right" : "left" })),
    rows: objects.map((object) => keys.map((key) => cellText(object[key]))),
  };
}

function cellText(value: unknown): string {
  if (value == null) return "";
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function shorten(table: Table): Table {
  const left = table.rows.length - MAX_ROWS;
  const notes = [...(table.notes ?? []), ...(left > 0 ? [`${left} more rows are not shown.`] : [])];
  const rows = table.rows.slice(0, MAX_ROWS).map((row) => table.columns.map((_, i) => cut(plainText(row[i] ?? ""))));
  return { ...table, rows, notes };
}

function cut(text: string): string {
  return text.length > MAX_CELL_CHARS ? `${text.slice(0, MAX_CELL_CHARS)}…` : text;
}

function toHtml({ caption, columns, rows, notes = [] }: Table): string {
  const style = rows.some((row) => row.some((cell) => cell.length > MAX_LINE || cell.includes("\n"))) ? TALL_CELL : CELL;
  const cells = (tag: "th" | "td", texts: string[]) =>
    texts.map((text, i) => `<${tag}${tag === "th" ? ' scope="col"' : ""} style="${style};text-align:${columns[i]?.align}">${escapeHtml(text)}</${tag}>`).join("");
  const line = (text: string) => `<div style="font-size:90%">${escapeHtml(text)}</div>`;
  return [
    '<table style="border-collapse:collapse">',
    caption === undefined ? "" : `<caption style="text-align:left;padding:2px 10px">${escapeHtml(caption)}</caption>`,
    `<thead><tr>${cells("th", columns.map((column) => column.label))}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("")}</tbody>`,
    "</table>",
    ...notes.map(line),
  ].join("");
}

function toText({ caption, columns, rows, notes = [] }: Table): string {
  const oneLine = rows.map((row) => row.map((cell) => cell.replaceAll("\n", " ⏎ ")));
  const header = columns.map((column) => column.label);
  const widths = columns.map((_, i) => [header, ...oneLine].reduce((widest, row) => Math.max(widest, displayWidth(row[i] ?? "")), 0));
  const line = (row: string[]) => row.map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align ?? "left")).join("  ").trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [...(caption === undefined ? [] : [caption]), line(header), rule, ...oneLine.map(line), ...notes].join("\n");
}
