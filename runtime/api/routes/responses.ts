import type { FastifyInstance } from "fastify";

import { chatTarget } from "../../inference/chat.ts";
import type { Caller } from "../../inference/generation-plan.ts";
import { generate, type Generated } from "../../inference/generation.ts";
import { answer, answerWithEvents } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import type { EventWriter } from "../event-writer.ts";
import { ResponseReplySchema } from "../reply-schemas.ts";
import { type Emit, ResponseOutput } from "../responses/response-output.ts";
import { responsesChat, type ResponsesBody } from "../responses/responses-request.ts";
import { ResponsesSchema } from "../responses/responses-schema.ts";
import { checkTools, ToolCalls } from "../tool-calls.ts";
import { createdNow, newId } from "../usage.ts";

type Json = Record<string, unknown>;

const check = bodyCheck(ResponsesSchema);

const DOC: RouteDoc = {
  group: "OpenAI",
  summary: "A reply in OpenAI's newer form. Nothing is kept between requests: the whole conversation comes as `input`.",
  body: { name: "ResponsesRequest", schema: ResponsesSchema },
  returns: "The response: messages, thoughts and calls of functions as items of `output`.",
  reply: { name: "ResponsesReply", schema: ResponseReplySchema },
  streams: true,
  example: { model: "default", input: "What is 48 / 3?", max_output_tokens: 64 },
};

/** `POST /v1/responses`. */
export function responsesRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post("/v1/responses", { config: { doc: DOC } }, async (request, reply) => {
    const body = check(request.body);
    if (body.stream !== true) return answer(context, request, reply, (caller) => respond(context, body, caller, () => undefined));
    return answerWithEvents(context, request, reply, (writer, caller) => streamResponse(context, body, writer, caller), { last: "" });
  });
}

async function streamResponse(context: ApiContext, body: ResponsesBody, writer: EventWriter, caller: Caller): Promise<void> {
  let number = 0;
  const response = await respond(context, body, caller, (type, fields) => writer.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...fields })}\n\n`));
  const type = response["status"] === "completed" ? "response.completed" : "response.incomplete";
  writer.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, response })}\n\n`);
}

/** Generates the reply. The first event comes with the first token: up to then a request can fail with a status of its own. */
async function respond(context: ApiContext, body: ResponsesBody, caller: Caller, emit: Emit): Promise<Json> {
  const chat = responsesChat(body);
  checkTools(chat);
  const id = newId("resp");
  caller.notes?.named(id);
  const head = responseHead(id, body);
  const output = new ResponseOutput(emit);
  const tools = new ToolCalls(chat);
  let isOpen = false;
  const open = (): void => {
    if (isOpen) return;
    isOpen = true;
    for (const step of ["created", "in_progress"]) emit(`response.${step}`, { response: { ...head, status: "in_progress", output: [], usage: null } });
  };
  const reply = await generate(context, chatTarget(context, chat), caller, (pieces) => {
    open();
    for (const piece of tools.push(pieces)) output.push(piece);
  });
  open();
  const { text, calls, finish } = tools.end(reply.finish);
  if (text !== "") output.push({ kind: "answer", text });
  output.end(calls, finish === "length");
  return { ...head, ...ending(reply, finish === "length"), output: output.items };
}

/** What is known before the first token. */
function responseHead(id: string, body: ResponsesBody): Json {
  return {
    id,
    object: "response",
    created_at: createdNow(),
    model: body.model,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: body.temperature ?? null,
    text: { format: body.text?.format ?? { type: "text" } },
    tool_choice: body.tool_choice ?? "auto",
    tools: body.tools ?? [],
    top_p: body.top_p ?? null,
    truncation: "disabled",
    user: body.user ?? null,
  };
}

function ending({ usage, timings, provenance }: Generated, isCut: boolean): Json {
  return {
    status: isCut ? "incomplete" : "completed",
    incomplete_details: isCut ? { reason: "max_output_tokens" } : null,
    temperature: provenance.settings["temperature"]?.value ?? null,
    top_p: provenance.settings["top_p"]?.value ?? null,
    usage: {
      input_tokens: usage.prompt_tokens,
      input_tokens_details: usage.prompt_tokens_details,
      output_tokens: usage.completion_tokens,
      output_tokens_details: usage.completion_tokens_details,
      total_tokens: usage.total_tokens,
    },
    timings,
    retort: provenance,
  };
}
