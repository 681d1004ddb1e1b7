import type { FastifyInstance } from "fastify";

import type { TokenEvent } from "../../engine/engine.ts";
import type { Caller } from "../../inference/generation-plan.ts";
import { generate, type Generated } from "../../inference/generation.ts";
import { infillTarget } from "../../inference/infill.ts";
import { answer, answerWithEvents } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { EventWriter } from "../event-writer.ts";
import { completionLogprobs } from "../logprobs.ts";
import { InfillSchema } from "../schemas.ts";
import type { InfillRequest, InfillResponse } from "../types.ts";

const check = bodyCheck(InfillSchema);

/** `POST /infill`: what belongs between a prefix and a suffix. Served before all else. */
export function infillRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post("/infill", async (request, reply) => {
    const body = check(request.body) as InfillRequest;
    if (body.stream !== true) return answer(context, request, reply, (caller) => wholeReply(context, body, caller), "completion");
    return answerWithEvents(context, request, reply, (writer, caller) => streamReply(context, body, writer, caller), "completion");
  });
}

async function wholeReply(context: ApiContext, request: InfillRequest, caller: Caller): Promise<InfillResponse> {
  let content = "";
  const tokens: TokenEvent[] = [];
  const reply = await generate(context, infillTarget(context, request), caller, (pieces, events) => {
    for (const piece of pieces) content += piece.text;
    if (request.logprobs !== undefined) tokens.push(...events);
  });
  return { ...lastEvent(request, content, reply), ...(request.logprobs === undefined ? {} : { logprobs: completionLogprobs(tokens, 0) }) };
}

async function streamReply(context: ApiContext, request: InfillRequest, writer: EventWriter, caller: Caller): Promise<void> {
  let length = 0;
  const reply = await generate(context, infillTarget(context, request), caller, (pieces, events) => {
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
