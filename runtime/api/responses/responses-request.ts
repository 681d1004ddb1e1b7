import type { Static } from "typebox";

import type { ChatMessage, ChatRequest, ChatTool, ResponseFormat, ToolCall, ToolChoice } from "../types.ts";
import type { ResponsesSchema } from "./responses-schema.ts";

export type ResponsesBody = Static<typeof ResponsesSchema>;

type Item = Exclude<ResponsesBody["input"], string>[number];
type Content = Extract<Item, { role: unknown }>["content"];

/** A request for a response as a chat request. */
export function responsesChat(body: ResponsesBody): ChatRequest {
  const { input, instructions, max_output_tokens: maxTokens, tools, tool_choice: choice, text, model, temperature, top_p, top_k, min_p, seed, precision, stream, parallel_tool_calls } = body;
  const items: readonly Item[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
  const format = responseFormat(text?.format);
  const given = { temperature, top_p, top_k, min_p, seed, precision, stream, parallel_tool_calls, max_tokens: maxTokens, response_format: format, tools: tools?.map(chatTool), tool_choice: choice === undefined ? undefined : toolChoice(choice) };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<ChatRequest>),
    model,
    messages: [...(instructions === undefined ? [] : [{ role: "system" as const, content: instructions }]), ...conversation(items)],
  };
}

/** Calls go to the assistant's message before them; earlier thoughts are left out. */
function conversation(items: readonly Item[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const item of items) {
    if (item.type === "reasoning") continue;
    if (item.type === "function_call") addCall(messages, { id: item.call_id, type: "function", function: { name: item.name, arguments: item.arguments } });
    else if (item.type === "function_call_output") messages.push({ role: "tool", content: plain(item.output), tool_call_id: item.call_id });
    else messages.push({ role: item.role, content: plain(item.content) });
  }
  return messages;
}

function addCall(messages: ChatMessage[], call: ToolCall): void {
  const last = messages.at(-1);
  if (last?.role === "assistant") last.tool_calls = [...(last.tool_calls ?? []), call];
  else messages.push({ role: "assistant", content: "", tool_calls: [call] });
}

function plain(content: Content): string {
  return typeof content === "string" ? content : content.map(({ text }) => text).join("");
}

type ToolBody = NonNullable<ResponsesBody["tools"]>[number];

function chatTool({ name, description, parameters }: ToolBody): ChatTool {
  return { type: "function", function: { name, ...(description == null ? {} : { description }), ...(parameters == null ? {} : { parameters: parameters as Record<string, unknown> }) } };
}

function toolChoice(choice: NonNullable<ResponsesBody["tool_choice"]>): ToolChoice {
  return typeof choice === "string" ? choice : { type: "function", function: { name: choice.name } };
}

function responseFormat(format: NonNullable<ResponsesBody["text"]>["format"]): ResponseFormat | undefined {
  if (format?.type !== "json_schema") return format;
  return { type: "json_schema", json_schema: { schema: format.schema as Record<string, unknown> } };
}
