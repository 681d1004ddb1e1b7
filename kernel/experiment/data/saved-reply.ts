import type { Provenance, Usage } from "../../../runtime/api/types.ts";
import type { Timings, Untold } from "../../../runtime/timing.ts";
import type { ModelReply } from "../model.ts";

/** A reply as plain JSON, whole enough to stand for the request when a cell is run again. */
export function plainReply({ answer, thinking, finish, usage, timings, icl_ms: gaps, tokens_per_chunk: perChunk, provenance, steps }: ModelReply): Record<string, unknown> {
  return { answer, thinking, finish, usage, timings, ...(gaps === undefined ? {} : { icl_ms: gaps }), ...(perChunk === undefined ? {} : { tokens_per_chunk: perChunk }), provenance, ...(steps === undefined ? {} : { steps }) };
}

/** The reply in `value`, which comes from a file that anybody may have changed; null where it is none. */
export function readReply(value: Readonly<Record<string, unknown>>): ModelReply | null {
  const { answer, thinking, finish, usage, timings, provenance } = value;
  const isReply = typeof answer === "string" && typeof thinking === "string" && (finish === "stop" || finish === "length");
  if (!isReply || !isObject(timings) || !isObject(usage)) return null;
  return { answer, thinking, finish, usage: readUsage(usage), timings: readTimings(timings), provenance: readProvenance(provenance) };
}

function readTimings(value: Record<string, unknown>): Timings {
  const number = (key: string) => finite(value[key]);
  const count = (key: string) => number(key) ?? 0;
  const gaps = isObject(value["itl_ms"]) ? value["itl_ms"] : null;
  const isSummary = gaps !== null && Object.values(gaps).every((item) => typeof item === "number" && Number.isFinite(item));
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

const UNTOLD: readonly Untold[] = ["tokens", "cached", "reasoning"];

function readUntold(value: unknown): Pick<Timings, "untold"> {
  const untold = Array.isArray(value) ? UNTOLD.filter((each) => value.includes(each)) : [];
  return untold.length === 0 ? {} : { untold };
}

function readUsage(value: Record<string, unknown>): Usage {
  const count = (from: unknown, key: string) => (isObject(from) ? finite(from[key]) ?? 0 : 0);
  return {
    prompt_tokens: count(value, "prompt_tokens"), completion_tokens: count(value, "completion_tokens"), total_tokens: count(value, "total_tokens"),
    prompt_tokens_details: { cached_tokens: count(value["prompt_tokens_details"], "cached_tokens") },
    completion_tokens_details: { reasoning_tokens: count(value["completion_tokens_details"], "reasoning_tokens") },
  };
}

/** All of it or nothing: half a record of what answered would be worse than none. */
function readProvenance(value: unknown): Provenance | null {
  if (!isObject(value) || !isObject(value["settings"]) || !Array.isArray(value["warnings"])) return null;
  const texts = ["model", "precision", "quant", "file_sha256", "backend", "device", "engine_version", "prompt_sha256"];
  const numbers = ["threads", "context", "slots"];
  const isWhole = texts.every((key) => typeof value[key] === "string") && numbers.every((key) => finite(value[key]) !== null);
  return isWhole ? value as unknown as Provenance : null;
}

function finite(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
