/** Rows that are read out one by one; more are only counted. */
const MAX_ROWS_READ = 12;

/** A chart in words: its own description or title, what is on which axis, and the data where they are few. */
export function describeChart(spec: Readonly<Record<string, unknown>>): string {
  const named = [spec.description, spec.title].find((text) => typeof text === "string" && text !== "");
  const rows = chartRows(spec);
  const parts = [
    typeof named === "string" ? named : "Chart",
    ...channels(spec),
    `${rows.length} rows${rows.length > 0 && rows.length <= MAX_ROWS_READ ? `: ${rows.map((row) => JSON.stringify(row)).join(" ")}` : ""}`,
  ];
  return parts.join("; ");
}

function chartRows(spec: Readonly<Record<string, unknown>>): unknown[] {
  const values = (spec.data as { values?: unknown } | undefined)?.values;
  return Array.isArray(values) ? values : [];
}

function channels(spec: Readonly<Record<string, unknown>>): string[] {
  const encoding = (spec.encoding ?? {}) as Record<string, unknown>;
  return Object.entries(encoding).flatMap(([channel, definition]) => {
    const field = (definition as { field?: unknown } | null)?.field;
    return typeof field === "string" ? [`${channel}: ${field}`] : [];
  });
}
