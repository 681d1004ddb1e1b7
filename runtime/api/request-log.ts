import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

import type { FastifyInstance } from "fastify";

import type { GenerationObserver } from "../inference/generation-observer.ts";
import { nowMs, type Timings } from "../timing.ts";
import type { RuntimeMetrics } from "./metrics/runtime-metrics.ts";
import type { FinishReason } from "./types.ts";

/** One answered request, for a log. It holds nothing that was asked or said. */
export interface RequestEntry {
  /** The id that the reply carries in `x-request-id`. */
  id: string;
  method: string;
  /** The pattern, never the address as typed. */
  route: string;
  /** 499: the client was gone before the answer was complete. */
  status: number;
  ms: number;
  /** Code of the error; null for an answer. */
  error: string | null;
  /** Of the last generation; null where nothing was generated. */
  model: string | null;
  prompt_tokens: number;
  cached_tokens: number;
  generated_tokens: number;
  ttft_ms: number | null;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Null before the request has been looked at. */
    summary: RequestSummary | null;
  }
}

const CLIENT_GONE = 499;
const GIVEN_ID = /^[\w.:-]{1,128}$/;

/** Asked for again and again by programs that watch, and without news as long as all is well. */
const QUIET_ROUTES = new Set(["/health", "/metrics", "/retort/lease", "/retort/release", "/retort/status"]);

/** The client's own id of a request, where it is one that may stand in a log, else a new one. */
export function requestId({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && GIVEN_ID.test(given) ? given : `req-${randomBytes(12).toString("hex")}`;
}

/** What one request took, gathered while it is answered. */
export class RequestSummary implements GenerationObserver {
  readonly #metrics: RuntimeMetrics;
  #error: string | null = null;
  #model: string | null = null;
  #ttft: number | null = null;
  readonly #tokens = { prompt: 0, cached: 0, generated: 0 };

  constructor(metrics: RuntimeMetrics) {
    this.#metrics = metrics;
  }

  generated(model: string, finish: FinishReason, timings: Timings): void {
    this.#metrics.generated(model, finish, timings);
    this.#model = model;
    this.#ttft ??= timings.ttft_ms;
    this.#tokens.prompt += timings.prompt_tokens;
    this.#tokens.cached += timings.cached_tokens;
    this.#tokens.generated += timings.predicted_tokens;
  }

  broken(model: string, how: "cancelled" | "failed"): void {
    this.#metrics.broken(model, how);
    this.#model = model;
  }

  failed(code: string): void {
    this.#error = code;
  }

  fields(): Pick<RequestEntry, "error" | "model" | "prompt_tokens" | "cached_tokens" | "generated_tokens" | "ttft_ms"> {
    const { prompt, cached, generated } = this.#tokens;
    return { error: this.#error, model: this.#model, prompt_tokens: prompt, cached_tokens: cached, generated_tokens: generated, ttft_ms: this.#ttft };
  }
}

/** Counts every reply, and tells `log` of those that are worth a line. */
export function logRequests(app: FastifyInstance, metrics: RuntimeMetrics, log: ((entry: RequestEntry) => void) | null): void {
  app.decorateRequest("summary", null);
  app.addHook("onRequest", async (request, reply) => {
    const began = nowMs();
    const { id, method } = request;
    const route = request.routeOptions.url ?? "unknown";
    const summary = (request.summary = new RequestSummary(metrics));
    void reply.header("x-request-id", id);
    reply.raw.once("close", () => {
      const status = reply.raw.writableFinished ? reply.raw.statusCode : CLIENT_GONE;
      metrics.answered(route, status);
      if (log === null || (QUIET_ROUTES.has(route) && status < 400)) return;
      log({ id, method, route, status, ms: nowMs() - began, ...summary.fields() });
    });
  });
}
