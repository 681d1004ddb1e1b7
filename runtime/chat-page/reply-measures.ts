import type { Precision } from "../models/model.ts";
import type { ChatReply } from "../client/replies.ts";
import { formatBytes } from "../bytes.ts";

/** What is kept of how a reply was made. Times in ms, memory in bytes. Null: not known. */
export interface ReplyMeasures {
  model: string;
  precision: Precision | null;
  quant: string | null;
  tokens: number | null;
  thinkingTokens: number;
  promptTokens: number | null;
  ttftMs: number | null;
  tokensPerSecond: number | null;
  memory: number | null;
  /** The sampling that was used, by name: the request's values, or the model's own. */
  settings: Record<string, number | string>;
  /** Sentences on what one should know about this reply. */
  warnings: string[];
}

export function measuresOf({ model, timings, usage, provenance }: ChatReply): ReplyMeasures {
  const used = Object.entries(provenance?.settings ?? {});
  const fallback = provenance?.fallback;
  return {
    model: provenance?.model ?? model,
    precision: provenance?.precision ?? null,
    quant: provenance?.quant ?? null,
    tokens: timings?.predicted_tokens ?? usage?.completion_tokens ?? null,
    thinkingTokens: timings?.reasoning_tokens ?? 0,
    promptTokens: timings?.prompt_tokens ?? usage?.prompt_tokens ?? null,
    ttftMs: timings?.ttft_ms ?? null,
    tokensPerSecond: timings?.decode_tok_s ?? null,
    memory: provenance?.memory?.rss ?? null,
    settings: Object.fromEntries(used.flatMap(([name, { value }]) => (typeof value === "number" || typeof value === "string" ? [[name, value]] : []))),
    warnings: [
      ...(fallback === undefined ? [] : [`Running on ${fallback.to} instead of ${fallback.from}: ${fallback.reason}`]),
      ...(provenance?.warnings ?? []),
    ],
  };
}

/** The measures of a reply that was continued: tokens add up, the rest is the latest part's. */
export function addedMeasures(before: ReplyMeasures | null, after: ReplyMeasures): ReplyMeasures {
  if (before === null || before.tokens === null || after.tokens === null) return after;
  return { ...after, tokens: before.tokens + after.tokens, thinkingTokens: before.thinkingTokens + after.thinkingTokens };
}

/** One quiet line under a reply. What is not known is left out. */
export function measuresLine(measures: ReplyMeasures): string {
  const { tokens, thinkingTokens, promptTokens, ttftMs, tokensPerSecond, memory, model, precision } = measures;
  return [
    tokens === null ? null : `${count(tokens)} ${tokens === 1 ? "token" : "tokens"}${thinkingTokens === 0 ? "" : ` (${count(thinkingTokens)} thinking)`}`,
    ttftMs === null ? null : `first after ${seconds(ttftMs)}`,
    tokensPerSecond === null ? null : `${tokensPerSecond.toFixed(1)} tok/s`,
    promptTokens === null ? null : `prompt ${count(promptTokens)}`,
    memory === null ? null : `memory ${formatBytes(memory)}`,
    precision === null ? model : `${model} ${precision.toUpperCase()}`,
  ].filter((part) => part !== null).join(" · ");
}

/** `0.21 s`, `12.3 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}
