import type { Provenance } from "../api/types.ts";
import type { Timings, Untold } from "../timing.ts";
import { isFields } from "./fields.ts";

/** What a runtime of ours tells of a reply, read from a server or a file that may hold anything in its place. */

const UNTOLD: readonly Untold[] = ["tokens", "cached", "reasoning"];
const TEXTS = ["model", "precision", "quant", "file_sha256", "backend", "device", "engine_version", "prompt_sha256"];
const NUMBERS = ["threads", "context", "slots"];

/** The times in `value`; what is no number there is not known. */
export function readTimings(value: Record<string, unknown>): Timings {
  const number = (key: string): number | null => finite(value[key]);
  const count = (key: string): number => number(key) ?? 0;
  const gaps = isFields(value["itl_ms"]) ? value["itl_ms"] : null;
  const isSummary = gaps !== null && ["n", "mean", "p50", "max"].every((key) => finite(gaps[key]) !== null) && (gaps["p95"] === null || finite(gaps["p95"]) !== null);
  return {
    queue_ms: number("queue_ms"), ttft_ms: number("ttft_ms"), ttfa_ms: number("ttfa_ms"), prefill_tok_s: number("prefill_tok_s"),
    itl_ms: isSummary ? gaps as unknown as Timings["itl_ms"] : null,
    tpot_ms: number("tpot_ms"), decode_tok_s: number("decode_tok_s"), e2e_ms: count("e2e_ms"), user_tok_s: number("user_tok_s"),
    think_share: number("think_share"), cache_share: number("cache_share"),
    prompt_tokens: count("prompt_tokens"), cached_tokens: count("cached_tokens"), predicted_tokens: count("predicted_tokens"),
    reasoning_tokens: count("reasoning_tokens"), answer_tokens: count("answer_tokens"),
    ...readUntold(value["untold"]),
  };
}

function readUntold(value: unknown): Pick<Timings, "untold"> {
  const untold = Array.isArray(value) ? UNTOLD.filter((each) => value.includes(each)) : [];
  return untold.length === 0 ? {} : { untold };
}

/** All of it or nothing: half a record of what answered would be worse than none. */
export function readProvenance(value: unknown): Provenance | null {
  if (!isFields(value)) return null;
  const { settings, warnings, fallback, memory } = value;
  const isWhole = TEXTS.every((key) => typeof value[key] === "string") && NUMBERS.every((key) => finite(value[key]) !== null)
    && isFields(settings) && Object.values(settings).every(isFields)
    && Array.isArray(warnings) && warnings.every((warning) => typeof warning === "string")
    && (fallback === undefined || (isFields(fallback) && ["from", "to", "reason"].every((key) => typeof fallback[key] === "string")))
    && (memory === undefined || isMemory(memory));
  return isWhole ? value as unknown as Provenance : null;
}

function isMemory(value: unknown): boolean {
  return isFields(value) && ["weights", "kv_cache", "rss"].every((key) => finite(value[key]) !== null) && (value["vram_used"] === null || finite(value["vram_used"]) !== null);
}

function finite(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
