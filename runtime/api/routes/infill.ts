import type { FastifyInstance } from "fastify";

import type { TokenEvent } from "../../engine/engine.ts";
import type { Caller } from "../../inference/generation-plan.ts";
import { DEFAULT_MODEL } from "../../inference/model-names.ts";
import { generate, type Generated } from "../../inference/generation.ts";
import { infillTarget } from "../../inference/infill.ts";
import { answer, answerWithEvents } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import type { EventWriter } from "../event-writer.ts";
import { completionLogprobs } from "../logprobs.ts";
import { InfillReplySchema } from "../reply-schemas.ts";
import { InfillSchema } from "../schemas.ts";
import type { InfillRequest, InfillResponse } from "../types.ts";

const check = bodyCheck(InfillSchema);

/** `POST /infill`: what belongs between a prefix and a suffix. Served before all else. */
export function infillRoutes(app: FastifyInstance, context: ApiContext): void {
  const doc: RouteDoc = {
    group: "llama-server",
    summary: "What belongs between a prefix and a suffix, for a model that was trained for it. Served before all else.",
    body: { name: "InfillRequest", schema: InfillSchema },
    returns: "The text of the gap.",
    reply: { name: "InfillReply", schema: InfillReplySchema },
    streams: true,
    example: { input_prefix: "def add(a, b):\n", input_suffix: "\n", prompt: "    return ", max_tokens: 16 },
  };
  app.post("/infill", { config: { doc } }, async (request, reply) => {
    const body = infillRequest(check(request.body));
    if (body.stream !== true) return answer(context, request, reply, (caller) => wholeReply(context, body, caller), "completion");
    return answerWithEvents(context, request, reply, (writer, caller) => streamReply(context, body, writer, caller), { priority: "completion" });
  });
}

/** The request with what llama-server's clients leave out, or call by another name. */
function infillRequest({ model = DEFAULT_MODEL, n_predict: predict, n_indent: _indent, samplers: _samplers, t_max_prompt_ms: _prompt, t_max_predict_ms: _time, response_fields: _fields, ...body }: ReturnType<typeof check>): InfillRequest {
  return { ...body, model, ...(predict === undefined ? {} : { max_tokens: predict }) } as InfillRequest;
}

async function wholeReply(context: ApiContext, request: InfillRequest, caller: Caller): Promise<InfillResponse> {
  let content = "";
  const tokens: TokenEvent[] = [];
  const reply = await generate(context, await infillTarget(context, request), caller, (pieces, events) => {
    for (const piece of pieces) content += piece.text;
    if (request.logprobs !== undefined) tokens.push(...events);
  });
  return { ...lastEvent(request, content, reply), ...(request.logprobs === undefined ? {} : { logprobs: completionLogprobs(tokens, 0) }) };
}

async function streamReply(context: ApiContext, request: InfillRequest, writer: EventWriter, caller: Caller): Promise<void> {
  let length = 0;
  const reply = await generate(context, await infillTarget(context, request), caller, (pieces, events) => {
    const text = pieces.map((piece) => piece.text).join("");
    if (text === "" && request.logprobs === undefined) return;
    const logprobs = request.logprobs === undefined ? "" : `,"logprobs":${JSON.stringify(completionLogprobs(events, length))}`;
    length += text.length;
    writer.write(`data: {"content":${JSON.stringify(text)},"stop":false,"finish_reason":null${logprobs}}\n\n`);
  });
  writer.send(lastEvent(request, "", reply));
}

function lastEvent(request: InfillRequest, content: string, reply: Generated): InfillResponse {
  return {
    content,
    stop: true,
    finish_reason: reply.finish,
    model: request.model,
    usage: reply.usage,
    timings: reply.timings,
    retort: reply.provenance,
  };
}
