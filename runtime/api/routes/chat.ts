import type { FastifyInstance } from "fastify";

import { RetortError } from "../../errors.ts";
import { chatTarget } from "../../inference/chat.ts";
import { choiceTargets, generateChoices } from "../../inference/choices.ts";
import type { Caller } from "../../inference/generation-plan.ts";
import { answer, answerWithEvents } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import { ChatChoice } from "../chat-choice.ts";
import { ChatStream } from "../chat-stream.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import type { EventWriter } from "../event-writer.ts";
import { chatMessage } from "../messages.ts";
import { ChatReplySchema } from "../reply-schemas.ts";
import { ChatSchema } from "../schemas.ts";
import { checkTools } from "../tool-calls.ts";
import type { ChatRequest, ChatResponse } from "../types.ts";
import { createdNow, lastEnded, newId, sumUsage } from "../usage.ts";

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
  const choices = choiceTargets(chatTarget(context, request), count).map((target) => ({ target, content: new ChatChoice(request) }));
  const replies = await generateChoices(context, choices.map(({ target, content }) => ({ target, prompt: 0, onPieces: content.onPieces })), caller);
  const last = lastEnded(replies);
  return {
    id,
    object: "chat.completion",
    created: createdNow(),
    model: request.model,
    choices: replies.flatMap((reply, index) => choices[index]?.content.end(index, reply) ?? []),
    usage: sumUsage(replies, count),
    timings: last.timings,
    retort: last.provenance,
  };
}

async function streamReply(context: ApiContext, request: ChatRequest, count: number, writer: EventWriter, caller: Caller): Promise<void> {
  const stream = new ChatStream(idFor(caller), request, count);
  const write = (events: string): void => { if (events !== "") writer.write(events); };
  const replies = await generateChoices(context, choiceTargets(chatTarget(context, request), count).map((target, index) => ({
    target,
    prompt: 0,
    onPieces: (...pieces) => write(stream.pieces(index, ...pieces)),
    onEnd: (reply) => write(stream.end(index, reply)),
  })), caller);
  write(stream.usage(replies, lastEnded(replies)));
}

function idFor({ notes }: Caller): string {
  const id = newId("chatcmpl");
  notes?.named(id);
  return id;
}
