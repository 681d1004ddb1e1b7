import type { ChatMessage, ChatTool, ToolCall } from "../../api/types.ts";
import { CALL_CLOSE, CALL_OPEN, RESULT_CLOSE, RESULT_OPEN } from "./tool-markers.ts";

/** A conversation with tools as a chat template takes it. */
export interface ToolConversation {
  messages: ChatMessage[];
  /** For the template's own variable of that name; null where the model is told in a system message. */
  tools: readonly ChatTool[] | null;
}

/** Whether a chat template tells the model of tools in the form that replies are read in. */
export function templateTakesTools(template: string | null): boolean {
  return template !== null && /\btools\b/.test(template) && template.includes(CALL_OPEN);
}

/**
 * Puts tools, calls and results into messages. A template that knows tools gets them as they are; for any other the
 * tools stand in a system message in front, and results come as the user's messages.
 */
export function toolConversation(messages: readonly ChatMessage[], tools: readonly ChatTool[], template: string | null): ToolConversation {
  const isNative = templateTakesTools(template);
  const plain = messages.map((message) => plainMessage(message, isNative));
  if (tools.length === 0) return { messages: plain, tools: null };
  return isNative ? { messages: plain, tools } : { messages: withInstruction(plain, tools), tools: null };
}

function plainMessage({ role, content, tool_calls: calls = [] }: ChatMessage, isNative: boolean): ChatMessage {
  if (role === "tool") return isNative ? { role, content } : { role: "user", content: `${RESULT_OPEN}\n${content}\n${RESULT_CLOSE}` };
  if (calls.length === 0) return { role, content };
  return { role, content: [...(content === "" ? [] : [content]), ...calls.map(callText)].join("\n") };
}

function callText({ function: { name, arguments: text } }: ToolCall): string {
  return `${CALL_OPEN}\n{"name": ${JSON.stringify(name)}, "arguments": ${text}}\n${CALL_CLOSE}`;
}

function withInstruction(messages: readonly ChatMessage[], tools: readonly ChatTool[]): ChatMessage[] {
  const text = instruction(tools);
  const [first, ...rest] = messages;
  const isSystem = first?.role === "system" || first?.role === "developer";
  if (first === undefined || !isSystem) return [{ role: "system", content: text }, ...messages];
  return [{ ...first, content: `${first.content}\n\n${text}` }, ...rest];
}

/** What a model without a template for tools is told. */
function instruction(tools: readonly ChatTool[]): string {
  return [
    "You may call functions to answer. Their signatures, one JSON object a line:",
    ...tools.map((tool) => JSON.stringify(tool.function)),
    "",
    "To call one, reply with nothing but:",
    CALL_OPEN,
    '{"name": "the function\'s name", "arguments": {"its": "arguments"}}',
    CALL_CLOSE,
    `Its result then comes between ${RESULT_OPEN} and ${RESULT_CLOSE}. When you need no further call, answer in plain words.`,
  ].join("\n");
}
