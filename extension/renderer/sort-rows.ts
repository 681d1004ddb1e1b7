export interface Order {
  column: number;
  ascending: boolean;
}

/** Positions of the rows in the order of one column: numbers by size, texts by letters, empty cells last. The same order for equal cells. */
export function sortedPositions(rows: ReadonlyArray<readonly unknown[]>, order: Order | null): number[] {
  const positions = rows.map((_, position) => position);
  if (order === null) return positions;
  const keys = rows.map((row) => sortKey(row[order.column]));
  return positions.sort((a, b) => compare(keys[a] ?? null, keys[b] ?? null, order.ascending) || a - b);
}

/** What a click on a column's head makes of the order: up, down, and back to the order of the runs. */
export function nextOrder(order: Order | null, column: number): Order | null {
  if (order === null || order.column !== column) return { column, ascending: true };
  return order.ascending ? { column, ascending: false } : null;
}

function compare(a: number | string | null, b: number | string | null, ascending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const sign = ascending ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return sign * String(a).localeCompare(String(b));
}

/** A number at the head of a text counts as one: `12.3 ± 0.4`, `48 %`. */
function sortKey(value: unknown): number | string | null {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  const text = value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  if (text === "" || text === "–" || text === "not available") return null;
  const head = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?=$|[\s%(±])/i.exec(text)?.[0];
  return head === undefined ? text : Number(head);
}
