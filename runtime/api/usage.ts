import { randomBytes } from "node:crypto";

import type { Generated } from "../inference/generation.ts";
import type { Usage } from "./types.ts";

/** Usage of several replies to one request: the prompt counts once for each different prompt. */
export function sumUsage(replies: readonly Generated[], repliesPerPrompt: number): Usage {
  const usages = replies.map(({ usage }) => usage);
  const prompts = usages.filter((_, i) => i % repliesPerPrompt === 0);
  const sum = (list: readonly Usage[], of: (usage: Usage) => number): number => list.reduce((total, usage) => total + of(usage), 0);
  const prompt = sum(prompts, (usage) => usage.prompt_tokens);
  const completion = sum(usages, (usage) => usage.completion_tokens);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: sum(prompts, (usage) => usage.prompt_tokens_details.cached_tokens) },
    completion_tokens_details: { reasoning_tokens: sum(usages, (usage) => usage.completion_tokens_details.reasoning_tokens) },
  };
}

/** Whose times and facts stand for a reply of several choices: the one that ended last. */
export function lastEnded(replies: readonly Generated[]): Generated {
  return replies.reduce((last, reply) => reply.trace.ended > last.trace.ended ? reply : last);
}

/** Id of a response, as OpenAI's look. */
export function newId(prefix: "chatcmpl" | "cmpl" | "call" | "resp" | "msg" | "rs" | "fc"): string {
  return `${prefix}-${randomBytes(12).toString("hex")}`;
}

/** Unix time in whole seconds. */
export function createdNow(): number {
  return Math.floor(Date.now() / 1000);
}
