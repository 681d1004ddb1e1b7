import { formatNumber } from "./numbers.ts";

/** Rows that are read out one by one; more are only counted. */
const MAX_ROWS_READ = 12;
/** Values of an axis that are named; of more only their number. */
const MAX_NAMES = 8;

/** A chart in words: its own description or title, what is on which axis, from where to where, and the data where they are few. */
export function describeChart(spec: Readonly<Record<string, unknown>>): string {
  const named = [spec.description, spec.title].find((text) => typeof text === "string" && text !== "");
  const rows = chartRows(spec);
  const mark = markOf(spec);
  const parts = [
    typeof named === "string" ? named : mark === null ? "Chart" : `Chart of type ${mark}`,
    ...channels(spec, rows),
    `${rows.length} rows${rows.length > 0 && rows.length <= MAX_ROWS_READ ? `: ${rows.map((row) => JSON.stringify(row)).join(" ")}` : ""}`,
  ];
  return parts.join("; ");
}

function markOf({ mark }: Readonly<Record<string, unknown>>): string | null {
  const type = typeof mark === "object" && mark !== null ? (mark as { type?: unknown }).type : mark;
  return typeof type === "string" ? type : null;
}

function chartRows(spec: Readonly<Record<string, unknown>>): unknown[] {
  const values = (spec.data as { values?: unknown } | undefined)?.values;
  return Array.isArray(values) ? values : [];
}

/** Channels of the diagram, and of the diagrams in it. */
function channels(spec: Readonly<Record<string, unknown>>, rows: readonly unknown[]): string[] {
  const encoding = (spec.encoding ?? {}) as Record<string, unknown>;
  const own = Object.entries(encoding).flatMap(([channel, definition]) => {
    const field = (definition as { field?: unknown } | null)?.field;
    return typeof field === "string" ? [`${channel}: ${field}${range(rows, field)}`] : [];
  });
  const inner = ["layer", "hconcat", "vconcat", "concat"].flatMap((key) => (Array.isArray(spec[key]) ? (spec[key] as Array<Record<string, unknown>>) : []));
  return [...new Set([...own, ...inner.flatMap((one) => channels(one, rows))])];
}

function range(rows: readonly unknown[], field: string): string {
  const values = rows.flatMap((row) => (typeof row === "object" && row !== null && Object.hasOwn(row, field) ? [(row as Record<string, unknown>)[field]] : []));
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length > 0 && numbers.length === values.length) {
    const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
    const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
    return `, ${formatNumber(low)} to ${formatNumber(high)}`;
  }
  const names = [...new Set(values.map(String))];
  return names.length === 0 ? "" : names.length <= MAX_NAMES ? ` (${names.join(", ")})` : ` (${names.length} values)`;
}
