import type { FastifyInstance } from "fastify";

import type { TokenEvent } from "../../engine/engine.ts";
import { RetortError } from "../../errors.ts";
import { chatTarget } from "../../inference/chat.ts";
import type { Caller } from "../../inference/generation-plan.ts";
import { generate, type Generated } from "../../inference/generation.ts";
import { answer, answerWithEvents } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import type { EventWriter } from "../event-writer.ts";
import { chatLogprobs } from "../logprobs.ts";
import { chatMessage } from "../messages.ts";
import { ChatReplySchema } from "../reply-schemas.ts";
import { ChatSchema } from "../schemas.ts";
import { checkTools, ToolCalls } from "../tool-calls.ts";
import type { ChatRequest, ChatResponse } from "../types.ts";
import { createdNow, newId, sumUsage } from "../usage.ts";

const check = bodyCheck(ChatSchema);

type ChatBody = ReturnType<typeof check>;

/** `POST /v1/chat/completions`. */
export function chatRoutes(app: FastifyInstance, context: ApiContext): void {
  const doc: RouteDoc = {
    group: "OpenAI",
    summary: "A reply to a conversation.",
    body: { name: "ChatRequest", schema: ChatSchema },
    returns: "The reply; thoughts apart in `reasoning_content`, calls of functions in `tool_calls`.",
    reply: { name: "ChatReply", schema: ChatReplySchema },
    streams: true,
    example: { model: "default", messages: [{ role: "user", content: "What is 48 / 3?" }], max_tokens: 64 },
  };
  app.post("/v1/chat/completions", { config: { doc } }, async (request, reply) => {
    const body = check(request.body);
    const chat = chatRequest(body);
    const choices = body.n ?? 1;
    if (body.stream !== true) return answer(context, request, reply, (caller) => wholeReply(context, chat, choices, caller));
    return answerWithEvents(context, request, reply, (writer, caller) => streamReply(context, chat, choices, writer, caller));
  });
}

function chatRequest(body: ChatBody): ChatRequest {
  if (body.top_logprobs !== undefined && body.logprobs !== true) {
    throw new RetortError({ code: "invalid_request", message: "'top_logprobs' needs 'logprobs': true.", hint: "Set `logprobs` to true.", status: 400, param: "top_logprobs" });
  }
  if (body.add_generation_prompt !== undefined && body.add_generation_prompt === (body.continue_final_message ?? false)) {
    throw new RetortError({ code: "invalid_request", message: "'add_generation_prompt' and 'continue_final_message' must be opposites.", hint: "Leave `add_generation_prompt` out.", status: 400, param: "add_generation_prompt" });
  }
  const request = { ...body, messages: body.messages.map(chatMessage) } as ChatRequest;
  checkTools(request);
  return request;
}

async function wholeReply(context: ApiContext, request: ChatRequest, count: number, caller: Caller): Promise<ChatResponse> {
  const id = idFor(caller);
  const choices: ChatResponse["choices"] = [];
  const replies: Generated[] = [];
  for (let index = 0; index < count; index++) {
    const text = { thinking: "", answer: "" };
    const tokens: TokenEvent[] = [];
    const tools = new ToolCalls(request);
    const reply = await generate(context, chatTarget(context, request, index), caller, (pieces, events) => {
      for (const piece of tools.push(pieces)) text[piece.kind] += piece.text;
      if (request.logprobs === true) tokens.push(...events);
    });
    replies.push(reply);
    const { calls, finish, text: rest } = tools.end(reply.finish);
    const answer = text.answer + rest;
    choices.push({
      index,
      message: {
        role: "assistant",
        content: calls.length > 0 && answer.trim() === "" ? null : answer,
        ...(text.thinking === "" ? {} : { reasoning_content: text.thinking }),
        ...(calls.length === 0 ? {} : { tool_calls: calls }),
      },
      finish_reason: finish,
      logprobs: request.logprobs === true ? { content: chatLogprobs(tokens) } : null,
    });
  }
  const last = replies[replies.length - 1];
  if (last === undefined) throw new Error("A chat request has at least one choice.");
  return {
    id,
    object: "chat.completion",
    created: createdNow(),
    model: request.model,
    choices,
    usage: sumUsage(replies, count),
    timings: last.timings,
    retort: last.provenance,
  };
}

async function streamReply(context: ApiContext, request: ChatRequest, count: number, writer: EventWriter, caller: Caller): Promise<void> {
  const includeUsage = request.stream_options?.include_usage === true;
  const head = JSON.stringify({ id: idFor(caller), object: "chat.completion.chunk", created: createdNow(), model: request.model }).slice(0, -1);
  const continuous = request.stream_options?.continuous_usage_stats === true;
  let tail = `${includeUsage ? `,"usage":null` : ""}}\n\n`;
  let tokens = 0;
  const replies: Generated[] = [];
  for (let index = 0; index < count; index++) {
    // All that does not change between tokens is put together once.
    const start = `data: ${head},"choices":[{"index":${index},"delta":{`;
    const openEnd = `},"finish_reason":null`;
    const tools = new ToolCalls(request);
    let first = `${start}"role":"assistant","content":""${openEnd}}]${tail}`;
    const reply = await generate(context, chatTarget(context, request, index), caller, (all, events, prompt) => {
      tokens += events.length;
      if (continuous) tail = `,"usage":{"prompt_tokens":${prompt},"completion_tokens":${tokens},"total_tokens":${prompt + tokens}}}\n\n`;
      const pieces = tools.push(all);
      const logprobs = request.logprobs === true ? `,"logprobs":${JSON.stringify({ content: chatLogprobs(events) })}` : "";
      let chunks = first;
      first = "";
      for (const [i, { kind, text }] of pieces.entries()) {
        const field = kind === "answer" ? `"content":` : `"reasoning_content":`;
        chunks += start + field + JSON.stringify(text) + openEnd + (i === 0 ? logprobs : "") + `}]` + tail;
      }
      if (pieces.length === 0 && logprobs !== "") chunks += `${start}${openEnd}${logprobs}}]${tail}`;
      if (chunks !== "") writer.write(chunks);
    });
    replies.push(reply);
    const facts = includeUsage || index < count - 1 ? "" : factsOf(reply, request);
    const { calls, finish, text } = tools.end(reply.finish);
    const rest = [
      ...(text === "" ? [] : [`"content":${JSON.stringify(text)}`]),
      ...(calls.length === 0 ? [] : [`"tool_calls":${JSON.stringify(calls.map((call, at) => ({ index: at, ...call })))}`]),
    ].map((delta) => `${start}${delta}${openEnd}}]${tail}`).join("");
    writer.write(`${first}${rest}${start}},"finish_reason":"${finish}"}]${facts}${tail}`);
  }
  const last = replies[replies.length - 1];
  if (includeUsage && last !== undefined) {
    writer.write(`data: ${head},"choices":[],"usage":${JSON.stringify(sumUsage(replies, count))}${factsOf(last, request)}}\n\n`);
  }
}

function idFor({ notes }: Caller): string {
  const id = newId("chatcmpl");
  notes?.named(id);
  return id;
}

function factsOf({ timings, provenance, trace }: Generated, request: ChatRequest): string {
  const traced = request.trace === true ? `,"trace":${JSON.stringify(trace)}` : "";
  return `,"timings":${JSON.stringify(timings)},"retort":${JSON.stringify(provenance)}${traced}`;
}
