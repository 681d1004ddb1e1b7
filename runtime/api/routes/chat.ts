import type { FastifyInstance } from "fastify";

import type { TokenEvent } from "../../engine/engine.ts";
import { RetortError } from "../../errors.ts";
import { chatTarget } from "../../inference/chat.ts";
import type { Caller } from "../../inference/generation-plan.ts";
import { generate, type Generated } from "../../inference/generation.ts";
import { answer, answerWithEvents } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { EventWriter } from "../event-writer.ts";
import { chatLogprobs } from "../logprobs.ts";
import { ChatSchema } from "../schemas.ts";
import type { ChatRequest, ChatResponse } from "../types.ts";
import { createdNow, newId, sumUsage } from "../usage.ts";

const check = bodyCheck(ChatSchema);

type ChatBody = ReturnType<typeof check>;

/** `POST /v1/chat/completions`. */
export function chatRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post("/v1/chat/completions", async (request, reply) => {
    const body = check(request.body);
    const chat = chatRequest(body);
    const choices = body.n ?? 1;
    if (body.stream !== true) return answer(context, request, reply, (caller) => wholeReply(context, chat, choices, caller));
    return answerWithEvents(context, request, reply, (writer, caller) => streamReply(context, chat, choices, writer, caller));
  });
}

function chatRequest(body: ChatBody): ChatRequest {
  if ((body.tools?.length ?? 0) > 0) {
    throw new RetortError({ code: "tools_not_supported", message: "Tools are not supported yet.", hint: "Leave `tools` out; a JSON schema in `response_format` gives structured answers.", status: 400, param: "tools" });
  }
  if (body.top_logprobs !== undefined && body.logprobs !== true) {
    throw new RetortError({ code: "invalid_request", message: "'top_logprobs' needs 'logprobs': true.", hint: "Set `logprobs` to true.", status: 400, param: "top_logprobs" });
  }
  return {
    ...body,
    messages: body.messages.map(({ role, content }) => ({ role, content: typeof content === "string" ? content : content.map(({ text }) => text).join("") })),
  } as ChatRequest;
}

async function wholeReply(context: ApiContext, request: ChatRequest, count: number, caller: Caller): Promise<ChatResponse> {
  const choices: ChatResponse["choices"] = [];
  const replies: Generated[] = [];
  for (let index = 0; index < count; index++) {
    const text = { thinking: "", answer: "" };
    const tokens: TokenEvent[] = [];
    const reply = await generate(context, chatTarget(context, request, index), caller, (pieces, events) => {
      for (const piece of pieces) text[piece.kind] += piece.text;
      if (request.logprobs === true) tokens.push(...events);
    });
    replies.push(reply);
    choices.push({
      index,
      message: { role: "assistant", content: text.answer, ...(text.thinking === "" ? {} : { reasoning_content: text.thinking }) },
      finish_reason: reply.finish,
      logprobs: request.logprobs === true ? { content: chatLogprobs(tokens) } : null,
    });
  }
  const last = replies[replies.length - 1];
  if (last === undefined) throw new Error("A chat request has at least one choice.");
  return {
    id: newId("chatcmpl"),
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
  const head = JSON.stringify({ id: newId("chatcmpl"), object: "chat.completion.chunk", created: createdNow(), model: request.model }).slice(0, -1);
  const tail = `${includeUsage ? `,"usage":null` : ""}}\n\n`;
  const replies: Generated[] = [];
  for (let index = 0; index < count; index++) {
    // All that does not change between tokens is put together once.
    const start = `data: ${head},"choices":[{"index":${index},"delta":{`;
    const openEnd = `},"finish_reason":null`;
    let first = `${start}"role":"assistant","content":""${openEnd}}]${tail}`;
    const reply = await generate(context, chatTarget(context, request, index), caller, (pieces, events) => {
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
    const facts = includeUsage || index < count - 1 ? "" : factsOf(reply);
    writer.write(`${first}${start}},"finish_reason":"${reply.finish}"}]${facts}${tail}`);
  }
  const last = replies[replies.length - 1];
  if (includeUsage && last !== undefined) {
    writer.write(`data: ${head},"choices":[],"usage":${JSON.stringify(sumUsage(replies, count))}${factsOf(last)}}\n\n`);
  }
}

function factsOf({ timings, provenance }: Generated): string {
  return `,"timings":${JSON.stringify(timings)},"retort":${JSON.stringify(provenance)}`;
}
