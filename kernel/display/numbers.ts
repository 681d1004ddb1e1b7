import { formatBytes as bytesText } from "../../runtime/bytes.ts";

/** Shown for a value that is not defined or that a back end cannot tell; never 0. */
export const NOT_AVAILABLE = "not available";

/** What rounding in sums leaves behind, far below anything measured. */
const NOISE = 1e-9;

/** About three significant digits: 1234, 123, 12.3, 1.23, 0.123. Whole numbers stay whole. */
export function formatNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOT_AVAILABLE;
  const size = Math.abs(value);
  if (size < NOISE) return "0";
  if (Number.isInteger(value) || size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  if (size >= 0.9995) return value.toFixed(2);
  return size >= 0.001 ? value.toFixed(3) : value.toPrecision(3);
}

/** `12.3 ms`; without a value no unit either. */
export function formatWithUnit(value: number | null, unit: string): string {
  return value === null || !Number.isFinite(value) ? NOT_AVAILABLE : `${formatNumber(value)} ${unit}`;
}

/** `1 token`, `2 tokens`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `98.4 MB`. */
export function formatBytes(bytes: number | null): string {
  return bytes === null || !Number.isFinite(bytes) ? NOT_AVAILABLE : bytesText(bytes);
}
