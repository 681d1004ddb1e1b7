import type { Provenance } from "../../runtime/api/types.ts";
import { countsTokens, type Timings } from "../../runtime/timing.ts";
import type { ModelReply } from "../experiment/model.ts";
import type { Output } from "./bundle.ts";
import { escapeHtml } from "../../runtime/escape-html.ts";
import { formatBytes, formatCount, formatWithUnit, NOT_AVAILABLE } from "./numbers.ts";
import { plainText } from "./plain-text.ts";

/** One quiet line about a reply: how fast, how much, by what. Warnings follow on lines of their own. */
export function timingLine(reply: ModelReply): Output {
  const line = timingText(reply);
  const notes = replyNotes(reply).map((note) => `Note: ${note}`);
  const html = [line, ...notes].map((text) => `<div style="font-size:85%;opacity:0.75">${escapeHtml(text)}</div>`).join("");
  return { data: { "text/html": html, "text/plain": [line, ...notes].join("\n") }, metadata: {} };
}

/** The line itself. */
export function timingText({ timings, provenance }: ModelReply): string {
  const parts = [
    `TTFT ${formatWithUnit(timings.ttft_ms, "ms")}`,
    `decode ${formatWithUnit(timings.decode_tok_s, "tok/s")}`,
    tokens(timings),
    `memory ${memory(provenance)}`,
    provenance === null ? `model ${NOT_AVAILABLE}` : `${provenance.model} ${provenance.precision.toUpperCase()} (${provenance.quant})`,
    provenance === null ? `backend ${NOT_AVAILABLE}` : provenance.backend,
  ];
  return plainText(parts.join(" · "));
}

/** What a reader must know to read the figures right: warnings, and a back end that is not the one asked for. */
export function replyNotes({ provenance, warnings: ours = [] }: Pick<ModelReply, "provenance" | "warnings">): string[] {
  const fallback = provenance?.fallback;
  const fell = fallback === undefined ? [] : [`running on ${fallback.to} instead of ${fallback.from}: ${fallback.reason}`];
  return [...fell, ...provenance?.warnings ?? [], ...ours].map(plainText);
}

function tokens(timings: Timings): string {
  const { predicted_tokens: all, reasoning_tokens: thinking } = timings;
  if (!countsTokens(timings)) return `tokens ${NOT_AVAILABLE}`;
  const parts = thinking === 0 ? "" : ` (${thinking} thinking, ${all - thinking} answer)`;
  return formatCount(all, "token") + parts;
}

function memory(provenance: Provenance | null): string {
  const used = provenance?.memory;
  if (used === undefined) return NOT_AVAILABLE;
  const vram = used.vram_used === null ? "" : `, VRAM ${formatBytes(used.vram_used)}`;
  return `${formatBytes(used.rss)} (weights ${formatBytes(used.weights)}, KV cache ${formatBytes(used.kv_cache)}${vram})`;
}
