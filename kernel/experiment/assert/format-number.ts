/** A number for a sentence: at most four digits after the point. */
export function formatNumber(value: number): string {
  return Number.isInteger(value) || Math.abs(value) < 1e-4 ? String(value) : String(Number(value.toFixed(4)));
}
