import type { ChatMessage, Usage } from "../../runtime/api/types.ts";

/** Templates add tokens to a short prompt, so nothing can be said of one. */
const MIN_WORDS = 50;

/**
 * What to tell of a prompt that a server has taken only a part of, without a word (Ollama does, from its `num_ctx` on);
 * null where nothing speaks for it. Another server's tokens cannot be counted here, but a word with spaces around it is
 * never less than one, in any vocabulary in use.
 */
export function cutPromptNote(messages: readonly ChatMessage[], { prompt_tokens: tokens }: Pick<Usage, "prompt_tokens">): string | null {
  const words = messages.reduce((sum, { content }) => sum + countWords(content), 0);
  if (words < MIN_WORDS || tokens === 0 || tokens >= words) return null;
  return `The server counted ${tokens} tokens in a prompt of ${words} words: it has probably cut it. Shorten the prompt, or give the model a longer context on that server.`;
}

function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?=\s|$)/gu)?.length ?? 0;
}
