/** A value in one line of at most `length` characters. */
export function preview(value: unknown, length: number): string {
  if (value === undefined) return "not run yet";
  const text = typeof value === "string" ? value : describe(value);
  const line = text.slice(0, length + 1).replace(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (typeof value === "object" && value !== null) return `{ ${Object.keys(value).slice(0, 20).join(", ")} }`;
  return String(value);
}
