import type { Corner } from "../experiment/plan.ts";

/** A corner of a matrix in words: `precision int8`; without a matrix `all runs`. */
export function cornerLabel(corner: Corner): string {
  const parts = Object.entries(corner).map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return parts.length === 0 ? "all runs" : parts.join(", ");
}
