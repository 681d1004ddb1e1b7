import type { Usage } from "../api/types.ts";
import type { Timings, Untold } from "../timing.ts";
import { fieldOf, isFields } from "./fields.ts";
import { readTimings } from "./own-facts.ts";
import type { ReplyFacts } from "./replies.ts";

type Fields = Record<string, unknown>;

/** What a stream tells of its tokens and times. Servers leave parts out, or send null or figures of their own in their place. */
export class ToldFacts {
  #usage: Fields | null = null;
  #timings: Fields | null = null;

  /** Later chunks count: servers that count as they stream send sums. */
  push(chunk: { usage?: unknown; timings?: unknown }): void {
    if (isFields(chunk.usage)) this.#usage = chunk.usage;
    if (isFields(chunk.timings)) this.#timings = chunk.timings;
  }

  /** `thought`: the reply holds thinking, so a count of its tokens that is missing is not 0. */
  told(thought: boolean): Pick<ReplyFacts, "usage" | "timings" | "untold"> {
    const timings = ownTimings(this.#timings);
    const read = readUsage(this.#usage ?? {}, this.#timings ?? {}, thought) ?? fromLlamaServer(this.#timings ?? {}, thought);
    if (read === null) return { usage: null, timings };
    return { usage: read.usage, timings, ...(read.untold.length === 0 ? {} : { untold: read.untold }) };
  }
}

/** Null: no count of the tokens, which is all that matters. */
function readUsage(usage: Fields, timings: Fields, thought: boolean): { usage: Usage; untold: Untold[] } | null {
  const prompt = count(usage["prompt_tokens"]);
  const completion = count(usage["completion_tokens"]);
  if (prompt === null || completion === null) return null;
  const cached = count(fieldOf(usage["prompt_tokens_details"], "cached_tokens")) ?? count(usage["prompt_cache_hit_tokens"]) ?? count(timings["cache_n"]);
  const reasoning = count(fieldOf(usage["completion_tokens_details"], "reasoning_tokens")) ?? count(usage["reasoning_tokens"]);
  return counted(prompt, completion, cached, thought ? reasoning || null : reasoning ?? 0);
}

/** llama-server's times, which come with every stream, count tokens too; those of the prompt without the cached ones. */
function fromLlamaServer(timings: Fields, thought: boolean): { usage: Usage; untold: Untold[] } | null {
  const fresh = count(timings["prompt_n"]);
  const completion = count(timings["predicted_n"]);
  if (fresh === null || completion === null) return null;
  const cached = count(timings["cache_n"]);
  // Without the cached ones the length of the prompt is not known.
  return cached === null ? null : counted(fresh + cached, completion, cached, thought ? null : 0);
}

function counted(prompt: number, completion: number, cached: number | null, reasoning: number | null): { usage: Usage; untold: Untold[] } {
  return {
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      prompt_tokens_details: { cached_tokens: cached ?? 0 },
      completion_tokens_details: { reasoning_tokens: reasoning ?? 0 },
    },
    untold: [...(cached === null ? ["cached" as const] : []), ...(reasoning === null ? ["reasoning" as const] : [])],
  };
}

/** Ours, and no other server's of the same name. */
function ownTimings(timings: Fields | null): Timings | null {
  return timings !== null && count(timings["e2e_ms"]) !== null && count(timings["predicted_tokens"]) !== null ? readTimings(timings) : null;
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}
