import { formatBytes as bytesText } from "../../runtime/bytes.ts";
import type { Precision } from "../../runtime/models/model.ts";

/** `98.4 MB`. A dash for what is not known. */
export function formatBytes(bytes: number | null): string {
  return bytes === null ? "–" : bytesText(bytes);
}

/** `21.4 tok/s`, `1,820 tok/s`. A dash for what was not measured. */
export function formatRate(tokensPerSecond: number | null): string {
  if (tokensPerSecond === null) return "–";
  // From 1,000 on, three digits of precision would be written as a power of ten.
  return `${tokensPerSecond < 999.5 ? tokensPerSecond.toPrecision(3) : Math.round(tokensPerSecond).toLocaleString("en-US")} tok/s`;
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
