import type { ChatMessage } from "../../../runtime/api/types.ts";
import { RetortError } from "../../../runtime/errors.ts";

/** A message as VS Code's language model API has it. */
export interface EditorMessage {
  /** 1 the user, 2 the assistant, 3 the system where VS Code has it. */
  role: number;
  content: readonly unknown[];
}

const ROLES: Readonly<Record<number, ChatMessage["role"]>> = { 1: "user", 2: "assistant", 3: "system" };

/** Messages for the runtime: texts only, neighbours of one role joined, empty ones left out. Throws `not_text` for an image or other data. */
export function chatMessages(messages: readonly EditorMessage[]): ChatMessage[] {
  const joined: ChatMessage[] = [];
  for (const message of messages) {
    const content = textOf(message);
    if (content === "") continue;
    const role = ROLES[message.role] ?? "user";
    const last = joined.at(-1);
    if (last?.role === role) last.content += `\n\n${content}`;
    else joined.push({ role, content });
  }
  return joined;
}

/** The text of a message. */
export function textOf({ content }: EditorMessage): string {
  return content.map(partText).join("");
}

function partText(part: unknown): string {
  const { value, mimeType, data, content } = (typeof part === "object" && part !== null ? part : {}) as Record<string, unknown>;
  if (typeof value === "string") return value;
  // A tool's result is a list of parts again.
  if (Array.isArray(content)) return content.map(partText).join("");
  if (data instanceof Uint8Array) {
    if (typeof mimeType === "string" && /^(?:text\/|application\/json)/u.test(mimeType)) return new TextDecoder().decode(data);
    // VS Code marks prompts for caching with data parts that are no content.
    if (mimeType === "cache_control") return "";
    throw new RetortError({ code: "not_text", message: "The models on this machine read text only.", hint: "Leave the image or file out, or choose another model.", status: 400 });
  }
  return "";
}
