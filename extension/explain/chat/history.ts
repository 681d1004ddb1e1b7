import type { ChatMessage } from "../../../runtime/api/types.ts";
import { estimateTokens } from "../context/tokens.ts";

/** One earlier question with its answer. */
export interface Turn {
  question: string;
  answer: string;
}

/** The latest turns that fit into `budget` tokens, as messages in their order. Half a turn is never kept. */
export function recentTurns(turns: readonly Turn[], budget: number): ChatMessage[] {
  const kept: ChatMessage[] = [];
  let used = 0;
  for (const { question, answer } of [...turns].reverse()) {
    used += estimateTokens(question) + estimateTokens(answer);
    if (used > budget) break;
    if (question.trim() !== "" && answer.trim() !== "") kept.unshift({ role: "user", content: question }, { role: "assistant", content: answer });
  }
  return kept;
}

/** Messages with the history between the system prompt and the new question. */
export function withHistory(messages: readonly ChatMessage[], history: readonly ChatMessage[]): ChatMessage[] {
  const first = messages.findIndex(({ role }) => role !== "system");
  return [...messages.slice(0, first), ...history, ...messages.slice(first)];
}
