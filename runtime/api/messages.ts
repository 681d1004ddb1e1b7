import type { Static } from "typebox";

import { RetortError } from "../errors.ts";
import type { ChatSchema } from "./schemas.ts";
import type { ChatMessage, ToolCall } from "./types.ts";

type MessageBody = Static<typeof ChatSchema>["messages"][number];

/** A message of a request, its parts joined. Throws `invalid_request` for one without content. */
export function chatMessage({ role, content, tool_calls: calls, tool_call_id: id }: MessageBody): ChatMessage {
  if (content == null && (role !== "assistant" || calls === undefined || calls.length === 0)) {
    throw new RetortError({ code: "invalid_request", message: `A message of the role '${role}' has no content.`, hint: "Only an assistant's message with `tool_calls` may leave it out.", status: 400, param: "messages" });
  }
  const text = content == null ? "" : typeof content === "string" ? content : content.map((part) => part.text).join("");
  return { role, content: text, ...(calls === undefined ? {} : { tool_calls: calls.map(toolCall) }), ...(id === undefined ? {} : { tool_call_id: id }) };
}

/** The call itself, without what a client has added to it. */
function toolCall({ id, type, function: { name, arguments: text } }: NonNullable<MessageBody["tool_calls"]>[number]): ToolCall {
  return { id, type, function: { name, arguments: text } };
}
