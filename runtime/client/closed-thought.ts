import type { ChatRequest } from "../api/types.ts";
import { THINK_CLOSE, THINK_OPEN } from "../models/reasoning.ts";

/**
 * The same request with the reply begun by a thought that has ended, so that the model goes on with its answer at once.
 * Ours, llama-server, vLLM and SGLang go on with such a message; a server that does not begins a reply of its own.
 */
export function withClosedThought(request: ChatRequest, thinking: string, maxTokens: number): ChatRequest {
  return {
    ...request,
    messages: [...request.messages, { role: "assistant", content: `${THINK_OPEN}\n${thinking.trim()}\n${THINK_CLOSE}\n\n` }],
    continue_final_message: true,
    add_generation_prompt: false,
    ...(Number.isFinite(maxTokens) ? { max_tokens: maxTokens } : {}),
  };
}
