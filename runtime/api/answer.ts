import type { FastifyReply, FastifyRequest } from "fastify";

import { isCancelled, RetortError } from "../errors.ts";
import type { Caller } from "../inference/generation-plan.ts";
import { PRIORITIES, type Priority } from "../scheduler/request-queue.ts";
import type { ApiContext } from "./context.ts";
import { clientOf } from "./client-of.ts";
import { keepAliveOf } from "./keep-alive.ts";
import { publicError } from "./error-reply.ts";
import { EventWriter } from "./event-writer.ts";

/** Answers a request: counted, cancelled when the client goes away or the runtime ends, refused when it is ending. */
export async function answer<T>(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (caller: Caller) => Promise<T>,
  defaultPriority: Priority = "chat",
): Promise<T> {
  if (context.closing()) throw shuttingDown();
  const priority = priorityOf(request, defaultPriority);
  const scope = context.scopes.open(reply.raw);
  try {
    return await work({ priority, signal: scope.signal, acceptedAt: request.acceptedAt, waitForLoad: waits(request), client: clientOf(request), keepAliveMs: keepAliveOf(request.body), observer: request.summary ?? context.metrics, notes: request.record });
  } catch (error) {
    throw isCancelled(error) ? scope.reason() : error;
  } finally {
    scope.close();
  }
}

export interface EventOptions {
  priority?: Priority;
  /** What ends the stream. Default: OpenAI's marker. */
  last?: string;
}

/** Answers with server-sent events. An error before the first event has its own status, a later one ends the stream. */
export async function answerWithEvents(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (writer: EventWriter, caller: Caller) => Promise<void>,
  { priority, last }: EventOptions = {},
): Promise<FastifyReply> {
  const { pingMs, pendingBytes, stallMs } = context.limits;
  const writer = new EventWriter(reply.raw, { pingMs, maxPendingBytes: pendingBytes, stallMs, headers: ownHeaders(reply) });
  try {
    await answer(context, request, reply, (caller) => work(writer, caller), priority);
    writer.end(last);
  } catch (error) {
    if (!writer.opened) {
      writer.abandon();
      throw error;
    }
    const shown = publicError(error);
    request.record?.failed(shown.code);
    request.summary?.failed(shown.code);
    if (shown.code === "internal_error") context.log(`internal error in a stream: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
    writer.fail(shown);
  }
  return reply.hijack();
}

/** What a running request is told when the runtime does not wait for it any longer. */
export function shuttingDown(): RetortError {
  return new RetortError({
    code: "shutting_down",
    message: "The runtime is ending.",
    hint: "Send the request again: a new runtime starts.",
    status: 503,
    retryAfter: 1,
  });
}

function priorityOf(request: FastifyRequest, fallback: Priority): Priority {
  const given = request.headers["x-retort-priority"];
  if (given === undefined) return fallback;
  const known = PRIORITIES.find((priority) => priority === given);
  if (known !== undefined) return known;
  throw new RetortError({
    code: "invalid_request",
    message: "The header x-retort-priority has no known value.",
    hint: `Use one of ${PRIORITIES.join(", ")}.`,
    status: 400,
    param: "x-retort-priority",
  });
}

/** `x-retort-wait: no` asks for a 503 instead of the wait for a model that is being loaded. */
function waits(request: FastifyRequest): boolean {
  return request.headers["x-retort-wait"] !== "no";
}

/** Headers that fastify would send, for a stream that it does not. */
function ownHeaders(reply: FastifyReply): Record<string, string> {
  const names = ["x-request-id", "access-control-allow-origin", "access-control-expose-headers", "vary"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = reply.getHeader(name);
    return typeof value === "string" ? [[name, value]] : [];
  }));
}
