import type { FastifyInstance } from "fastify";

import type { TokenEvent } from "../../engine/engine.ts";
import { RetortError } from "../../errors.ts";
import { type Choice, choiceTargets, generateChoices } from "../../inference/choices.ts";
import { completionTarget } from "../../inference/completion.ts";
import type { Caller, GenerationTarget } from "../../inference/generation-plan.ts";
import type { Generated } from "../../inference/generation.ts";
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
import { createdNow, lastEnded, newId, sumUsage } from "../usage.ts";

const check = bodyCheck(CompletionSchema);

/** One reply of a completion request. */
interface TextChoice {
  target: GenerationTarget;
  /** Number and text of its prompt. */
  prompt: number;
  text: string;
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

/** All choices: `n` for the first prompt, then those for the next. */
async function choicesOf(context: ApiContext, request: CompletionRequest, n: number): Promise<TextChoice[]> {
  const choices = await Promise.all([request.prompt].flat().map(async (text, prompt) => {
    const target = request.suffix === undefined
      ? completionTarget(context, request, text)
      : await infillTarget(context, { ...request, input_prefix: text, input_suffix: request.suffix, prompt: "" });
    return choiceTargets(target, n).map((one) => ({ target: one, prompt, text }));
  }));
  return choices.flat();
}

async function wholeReply(context: ApiContext, request: CompletionRequest, choices: readonly TextChoice[], n: number, caller: Caller): Promise<CompletionResponse> {
  const results = choices.map(({ text }) => ({ text: request.echo === true ? text : "", tokens: [] as TokenEvent[] }));
  const replies = await generateChoices(context, choices.map(({ target, prompt }, index) => ({
    target,
    prompt,
    onPieces: (pieces, events) => {
      const result = results[index];
      if (result === undefined) return;
      for (const piece of pieces) result.text += piece.text;
      if (request.logprobs !== undefined) result.tokens.push(...events);
    },
  })), caller);
  return {
    ...header(request, caller),
    choices: results.map(({ text, tokens }, index) => ({
      index, text, finish_reason: replies[index]?.finish ?? null, logprobs: request.logprobs === undefined ? null : completionLogprobs(tokens, 0),
    })),
    usage: sumUsage(replies, n),
    ...facts(lastEnded(replies)),
  };
}

async function streamReply(context: ApiContext, request: CompletionRequest, choices: readonly TextChoice[], n: number, writer: EventWriter, caller: Caller): Promise<void> {
  const includeUsage = request.stream_options?.include_usage === true;
  const head = JSON.stringify(header(request, caller)).slice(0, -1);
  const tail = `${includeUsage ? `,"usage":null` : ""}}\n\n`;
  let open = choices.length;
  const replies = await generateChoices(context, choices.map(({ target, prompt, text }, index): Choice => {
    const start = `data: ${head},"choices":[{"index":${index},"text":`;
    const end = `,"finish_reason":null}]${tail}`;
    let length = 0;
    let echo = request.echo === true ? `${start}${JSON.stringify(text)},"logprobs":null${end}` : "";
    /** The prompt comes first, with whatever there is. */
    const write = (chunk: string): void => {
      writer.write(echo + chunk);
      echo = "";
    };
    return {
      target,
      prompt,
      onPieces: (pieces, events) => {
        const own = pieces.map((piece) => piece.text).join("");
        if (own === "" && request.logprobs === undefined) return;
        const logprobs = request.logprobs === undefined ? "null" : JSON.stringify(completionLogprobs(events, length));
        length += own.length;
        write(`${start}${JSON.stringify(own)},"logprobs":${logprobs}${end}`);
      },
      onEnd: (reply) => {
        const isLast = --open === 0;
        write(`${start}"","logprobs":null,"finish_reason":"${reply.finish}"}]${isLast && !includeUsage ? factsText(reply) : ""}${tail}`);
      },
    };
  }), caller);
  if (includeUsage) writer.write(`data: ${head},"choices":[],"usage":${JSON.stringify(sumUsage(replies, n))}${factsText(lastEnded(replies))}}\n\n`);
}

function header(request: CompletionRequest, { notes }: Caller): Pick<CompletionResponse, "id" | "object" | "created" | "model"> {
  const id = newId("cmpl");
  notes?.named(id);
  return { id, object: "text_completion", created: createdNow(), model: request.model };
}

function facts({ timings, provenance }: Generated): Pick<CompletionResponse, "timings" | "retort"> {
  return { timings, retort: provenance };
}

/** The same as further fields of an object. */
function factsText(reply: Generated): string {
  return `,${JSON.stringify(facts(reply)).slice(1, -1)}`;
}
