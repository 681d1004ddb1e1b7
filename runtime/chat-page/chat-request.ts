import type { ChatMessage, ChatRequest } from "../api/types.ts";
import type { Precision } from "../models/model.ts";
import type { ChatSettings } from "./chat-settings.ts";
import type { Turn } from "./conversation.ts";

/** The request for the reply to the last of `turns`. Earlier thoughts stay behind, and so do replies that never got text. */
export function chatRequest(turns: readonly Turn[], settings: ChatSettings, model: string, precision: Precision | null): ChatRequest {
  const { system, temperature, top_p, max_tokens, seed } = settings;
  const messages: ChatMessage[] = turns.filter(({ role, text }) => role === "user" || text.trim() !== "").map(({ role, text }) => ({ role, content: text }));
  return {
    model,
    messages: [...(system.trim() === "" ? [] : [{ role: "system" as const, content: system }]), ...messages],
    stream: true,
    stream_options: { continuous_usage_stats: true },
    ...(precision === null ? {} : { precision }),
    ...(temperature === null ? {} : { temperature }),
    ...(top_p === null ? {} : { top_p }),
    ...(max_tokens === null ? {} : { max_tokens }),
    ...(seed === null ? {} : { seed }),
  };
}
