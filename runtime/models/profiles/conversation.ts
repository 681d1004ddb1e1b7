import type { ChatMessage } from "../../api/types.ts";
import { splitReasoning, THINK_CLOSE, THINK_OPEN } from "../reasoning.ts";
import type { PromptRules, Task } from "./profile-types.ts";

/** The two wordings of the model card. */
const MATH_ENGLISH = "Please reason step by step, and put your final answer within \\boxed{}.";
const MATH_CHINESE = "请逐步推理，并将最终答案放在\\boxed{}内。";

/** A conversation as the template gets it, with what the user should know about the changes. */
export interface Conversation {
  messages: ChatMessage[];
  warnings: string[];
}

/** Applies a profile's rules to the messages; the given ones stay untouched. */
export function applyRules(rules: PromptRules, given: readonly ChatMessage[], task: Task): Conversation {
  const warnings: string[] = [];
  let messages = given.map(({ role, content }): ChatMessage => ({ role: role === "developer" ? "system" : role, content }));
  if (rules.thinks) messages = messages.map(withoutThoughts);
  if (rules.systemToUser && messages.some(isSystem)) {
    messages = systemToUser(messages);
    warnings.push("This model was trained without a system prompt; its text was put in front of the first user message.");
  }
  if (rules.mathInstruction && task === "math") messages = askStepByStep(messages);
  return { messages, warnings };
}

function isSystem(message: ChatMessage): boolean {
  return message.role === "system";
}

/** An earlier reply without its thinking. The last message may be one to continue, and keeps it. */
function withoutThoughts(message: ChatMessage, index: number, all: readonly ChatMessage[]): ChatMessage {
  if (message.role !== "assistant" || index === all.length - 1) return message;
  const close = message.content.indexOf(THINK_CLOSE);
  const open = message.content.indexOf(THINK_OPEN);
  // Some servers return the thinking with its closing marker only, as the template had opened it.
  const opened = close >= 0 && (open < 0 || open > close);
  return { ...message, content: splitReasoning(message.content, { opened }).answer };
}

function systemToUser(messages: readonly ChatMessage[]): ChatMessage[] {
  const system = messages.filter(isSystem).map((message) => message.content).filter((content) => content.trim() !== "").join("\n\n");
  const rest = messages.filter((message) => !isSystem(message));
  const first = rest.findIndex((message) => message.role === "user");
  if (system === "") return rest;
  if (first < 0) return [{ role: "user", content: system }, ...rest];
  return rest.map((message, i) => (i === first ? { ...message, content: `${system}\n\n${message.content}` } : message));
}

/** Adds the request to the last question, in its language, unless the question already asks for a boxed answer. */
function askStepByStep(messages: readonly ChatMessage[]): ChatMessage[] {
  const last = messages.findLastIndex((message) => message.role === "user");
  return messages.map((message, i) => {
    if (i !== last || message.content.includes("\\boxed")) return message;
    return { ...message, content: `${message.content}\n${isChinese(message.content) ? MATH_CHINESE : MATH_ENGLISH}` };
  });
}

/** Han characters without kana, which would make it Japanese. */
function isChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text) && !/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
}
