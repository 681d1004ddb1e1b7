import type { Output } from "../display/bundle.ts";
import { escapeHtml } from "../../runtime/escape-html.ts";

/** Quiet lines under an output; no output without lines. */
export function noteOutput(lines: readonly string[]): Output[] {
  if (lines.length === 0) return [];
  const html = lines.map((line) => `<div style="font-size:85%;opacity:0.75">${escapeHtml(line)}</div>`).join("");
  return [{ data: { "text/html": html, "text/plain": lines.join("\n") }, metadata: {} }];
}
