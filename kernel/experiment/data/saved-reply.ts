import type { Usage } from "../../../runtime/api/types.ts";
import { readProvenance, readTimings } from "../../../runtime/client/own-facts.ts";
import { countsTokens } from "../../../runtime/timing.ts";
import type { ModelReply } from "../model.ts";

/** A reply as plain JSON, whole enough to stand for the request when a cell is run again. Tokens that nobody counted are null. */
export function plainReply({ answer, thinking, finish, usage, timings, icl_ms: gaps, tokens_per_chunk: perChunk, provenance, steps }: ModelReply): Record<string, unknown> {
  return { answer, thinking, finish, usage: countsTokens(timings) ? usage : null, timings, ...(gaps === undefined ? {} : { icl_ms: gaps }), ...(perChunk === undefined ? {} : { tokens_per_chunk: perChunk }), provenance, ...(steps === undefined ? {} : { steps }) };
}

/** The reply in `value`, which comes from a file that anybody may have changed; null where it is none. */
export function readReply(value: Readonly<Record<string, unknown>>): ModelReply | null {
  const { answer, thinking, finish, usage, timings, provenance } = value;
  const isReply = typeof answer === "string" && typeof thinking === "string" && (finish === "stop" || finish === "length");
  if (!isReply || !isObject(timings) || !(usage === null || isObject(usage))) return null;
  return { answer, thinking, finish, usage: readUsage(usage ?? {}), timings: readTimings(timings), provenance: readProvenance(provenance) };
}

function readUsage(value: Record<string, unknown>): Usage {
  const count = (from: unknown, key: string) => (isObject(from) ? finite(from[key]) ?? 0 : 0);
  return {
    prompt_tokens: count(value, "prompt_tokens"), completion_tokens: count(value, "completion_tokens"), total_tokens: count(value, "total_tokens"),
    prompt_tokens_details: { cached_tokens: count(value["prompt_tokens_details"], "cached_tokens") },
    completion_tokens_details: { reasoning_tokens: count(value["completion_tokens_details"], "reasoning_tokens") },
  };
}

function finite(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
