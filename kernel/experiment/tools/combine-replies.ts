import type { Usage } from "../../../runtime/api/types.ts";
import type { Timings } from "../../../runtime/timing.ts";
import type { ModelReply } from "../model.ts";

/**
 * Several replies that make one run: the last one's answer; tokens of all; the first token of the first. `wallMs` is
 * the time from the first request to the last token, tools included. Rates are over all tokens; gaps are not told.
 */
export function combineReplies(replies: readonly ModelReply[], wallMs: number): ModelReply {
  const [first, last] = [replies[0], replies.at(-1)];
  if (first === undefined || last === undefined) throw new Error("A run has at least one reply.");
  if (first === last) return first;
  return {
    ...last,
    thinking: replies.map(({ thinking }) => thinking).filter((text) => text !== "").join("\n\n"),
    usage: sumUsage(replies.map(({ usage }) => usage)),
    timings: combineTimings(replies.map(({ timings }) => timings), wallMs),
    provenance: first.provenance,
  };
}

function combineTimings(all: readonly Timings[], wallMs: number): Timings {
  const [first, last] = [all[0] as Timings, all.at(-1) as Timings];
  const sum = (of: (timings: Timings) => number) => all.reduce((total, timings) => total + of(timings), 0);
  const [prompt, cached, predicted, reasoning] = [sum((t) => t.prompt_tokens), sum((t) => t.cached_tokens), sum((t) => t.predicted_tokens), sum((t) => t.reasoning_tokens)];
  const untold = [...new Set(all.flatMap((t) => t.untold ?? []))];
  const decode = rate(all, (t) => t.predicted_tokens - 1, (t) => t.decode_tok_s);
  return {
    queue_ms: all.some((t) => t.queue_ms === null) ? null : sum((t) => t.queue_ms ?? 0),
    ttft_ms: first.ttft_ms,
    ttfa_ms: last.ttfa_ms === null ? null : Math.max(0, wallMs - last.e2e_ms) + last.ttfa_ms,
    prefill_tok_s: rate(all, (t) => t.prompt_tokens - t.cached_tokens, (t) => t.prefill_tok_s),
    itl_ms: null,
    tpot_ms: decode === null ? null : 1000 / decode,
    decode_tok_s: decode,
    e2e_ms: wallMs,
    user_tok_s: predicted === 0 || wallMs <= 0 ? null : (predicted * 1000) / wallMs,
    think_share: predicted === 0 || untold.includes("reasoning") ? null : reasoning / predicted,
    cache_share: prompt === 0 || untold.includes("cached") ? null : cached / prompt,
    prompt_tokens: prompt, cached_tokens: cached, predicted_tokens: predicted, reasoning_tokens: reasoning, answer_tokens: sum((t) => t.answer_tokens),
    ...(untold.length === 0 ? {} : { untold }),
  };
}

/** Tokens per second over those requests that tell; null where none does. */
function rate(all: readonly Timings[], tokensOf: (timings: Timings) => number, rateOf: (timings: Timings) => number | null): number | null {
  const told = all.flatMap((timings) => {
    const [tokens, perSecond] = [tokensOf(timings), rateOf(timings)];
    return perSecond === null || perSecond <= 0 || tokens <= 0 ? [] : [{ tokens, seconds: tokens / perSecond }];
  });
  const seconds = told.reduce((total, each) => total + each.seconds, 0);
  return seconds > 0 ? told.reduce((total, { tokens }) => total + tokens, 0) / seconds : null;
}

function sumUsage(all: readonly Usage[]): Usage {
  const sum = (of: (usage: Usage) => number) => all.reduce((total, usage) => total + of(usage), 0);
  return {
    prompt_tokens: sum((u) => u.prompt_tokens),
    completion_tokens: sum((u) => u.completion_tokens),
    total_tokens: sum((u) => u.total_tokens),
    prompt_tokens_details: { cached_tokens: sum((u) => u.prompt_tokens_details.cached_tokens) },
    completion_tokens_details: { reasoning_tokens: sum((u) => u.completion_tokens_details.reasoning_tokens) },
  };
}
