import type { Precision } from "../../runtime/models/model.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Decimal units, three figures: `98.4 MB`. A dash for what is not known. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return "–";
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${UNITS[power]}`;
}

/** `21.4 tok/s`. A dash for what was not measured. */
export function formatRate(tokensPerSecond: number | null): string {
  return tokensPerSecond === null ? "–" : `${tokensPerSecond.toPrecision(3)} tok/s`;
}

export function formatMs(ms: number | null): string {
  return ms === null ? "–" : `${ms < 10 ? ms.toPrecision(2) : ms.toFixed(0)} ms`;
}

/** `FP16`, `INT8`, `4-bit`. */
export function precisionName(precision: Precision): string {
  return precision === "q4" ? "4-bit" : precision.toUpperCase();
}

/** Text that Markdown shows as it stands: model names come from files of strangers. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, "\\$&").replace(/\s+/g, " ");
}
