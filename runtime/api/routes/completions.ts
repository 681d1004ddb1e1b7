import type { FastifyInstance } from "fastify";

import type { TokenEvent } from "../../engine/engine.ts";
import { RetortError } from "../../errors.ts";
import { completionTarget } from "../../inference/completion.ts";
import type { Caller, GenerationTarget } from "../../inference/generation-plan.ts";
import { generate, type Generated } from "../../inference/generation.ts";
import { infillTarget } from "../../inference/infill.ts";
import { answer, answerWithEvents } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import type { EventWriter } from "../event-writer.ts";
import { completionLogprobs } from "../logprobs.ts";
import { CompletionReplySchema } from "../reply-schemas.ts";
import { CompletionSchema } from "../schemas.ts";
import type { CompletionRequest, CompletionResponse } from "../types.ts";
import { createdNow, newId, sumUsage } from "../usage.ts";

const check = bodyCheck(CompletionSchema);

/** One reply of a completion request. */
interface Choice {
  target: GenerationTarget;
  prompt: string;
}

/** `POST /v1/completions`: raw text. With `suffix` the middle is filled in. */
export function completionRoutes(app: FastifyInstance, context: ApiContext): void {
  const doc: RouteDoc = {
    group: "OpenAI",
    summary: "A continuation of raw text; with `suffix`, what belongs between.",
    body: { name: "CompletionRequest", schema: CompletionSchema },
    returns: "The text of each choice.",
    reply: { name: "CompletionReply", schema: CompletionReplySchema },
    streams: true,
    example: { model: "default", prompt: "One, two, three,", max_tokens: 8 },
  };
  app.post("/v1/completions", { config: { doc } }, async (request, reply) => {
    const { n = 1, ...body } = check(request.body);
    const completion = body as CompletionRequest;
    refuseConflicts(completion);
    const choices = await choicesOf(context, completion, n);
    if (completion.stream !== true) return answer(context, request, reply, (caller) => wholeReply(context, completion, choices, n, caller));
    return answerWithEvents(context, request, reply, (writer, caller) => streamReply(context, completion, choices, n, writer, caller));
  });
}

function refuseConflicts(request: CompletionRequest): void {
  if (request.echo === true && request.logprobs !== undefined) {
    throw new RetortError({ code: "invalid_request", message: "'echo' and 'logprobs' do not go together here.", hint: "POST /retort/score gives the log-probabilities of a text.", status: 400, param: "echo" });
  }
}

function choicesOf(context: ApiContext, request: CompletionRequest, n: number): Promise<Choice[]> {
  return Promise.all([request.prompt].flat().flatMap((prompt) => Array.from({ length: n }, async (_, i) => ({
    prompt,
    target: request.suffix === undefined
      ? completionTarget(context, request, prompt, i)
      : await infillTarget(context, { ...request, input_prefix: prompt, input_suffix: request.suffix, prompt: "" }, i),
  }))));
}

async function wholeReply(context: ApiContext, request: CompletionRequest, choices: readonly Choice[], n: number, caller: Caller): Promise<CompletionResponse> {
  const replies: Generated[] = [];
  const results: CompletionResponse["choices"] = [];
  for (const [index, { target, prompt }] of choices.entries()) {
    let text = request.echo === true ? prompt : "";
    const tokens: TokenEvent[] = [];
    const reply = await generate(context, target, caller, (pieces, events) => {
      for (const piece of pieces) text += piece.text;
      if (request.logprobs !== undefined) tokens.push(...events);
    });
    replies.push(reply);
    results.push({ index, text, finish_reason: reply.finish, logprobs: request.logprobs === undefined ? null : completionLogprobs(tokens, 0) });
  }
  return { ...header(request, caller), choices: results, usage: sumUsage(replies, n), ...facts(replies) };
}

async function streamReply(context: ApiContext, request: CompletionRequest, choices: readonly Choice[], n: number, writer: EventWriter, caller: Caller): Promise<void> {
  const includeUsage = request.stream_options?.include_usage === true;
  const head = JSON.stringify(header(request, caller)).slice(0, -1);
  const tail = `${includeUsage ? `,"usage":null` : ""}}\n\n`;
  const replies: Generated[] = [];
  for (const [index, { target, prompt }] of choices.entries()) {
    const start = `data: ${head},"choices":[{"index":${index},"text":`;
    const end = `,"finish_reason":null}]${tail}`;
    let length = 0;
    if (request.echo === true) writer.write(`${start}${JSON.stringify(prompt)},"logprobs":null${end}`);
    const reply = await generate(context, target, caller, (pieces, events) => {
      const text = pieces.map((piece) => piece.text).join("");
      if (text === "" && request.logprobs === undefined) return;
      const logprobs = request.logprobs === undefined ? "null" : JSON.stringify(completionLogprobs(events, length));
      length += text.length;
      writer.write(`${start}${JSON.stringify(text)},"logprobs":${logprobs}${end}`);
    });
    replies.push(reply);
    const own = includeUsage || index < choices.length - 1 ? "" : `,${JSON.stringify(facts([reply])).slice(1, -1)}`;
    writer.write(`${start}"","logprobs":null,"finish_reason":"${reply.finish}"}]${own}${tail}`);
  }
  if (includeUsage) writer.write(`data: ${head},"choices":[],"usage":${JSON.stringify(sumUsage(replies, n))},${JSON.stringify(facts(replies)).slice(1, -1)}}\n\n`);
}

function header(request: CompletionRequest, { notes }: Caller): Pick<CompletionResponse, "id" | "object" | "created" | "model"> {
  const id = newId("cmpl");
  notes?.named(id);
  return { id, object: "text_completion", created: createdNow(), model: request.model };
}

/** Those of the last reply. */
function facts(replies: readonly Generated[]): Pick<CompletionResponse, "timings" | "retort"> {
  const last = replies[replies.length - 1];
  return last === undefined ? {} : { timings: last.timings, retort: last.provenance };
}
