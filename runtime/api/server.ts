import type { Socket } from "node:net";

import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";

import { isCancelled, RetortError } from "../errors.ts";
import { nowMs } from "../timing.ts";
import { shuttingDown } from "./answer.ts";
import type { ApiContext } from "./context.ts";
import { errorBody, errorHeaders, publicError } from "./error-reply.ts";
import { parseBody } from "./json-body.ts";
import { NO_SCHEMAS } from "./no-schemas.ts";
import { auditRequests } from "./request-audit.ts";
import { logRequests, requestId } from "./request-log.ts";
import { chatPageRoutes } from "./routes/chat-page.ts";
import { chatRoutes } from "./routes/chat.ts";
import { completionRoutes } from "./routes/completions.ts";
import { docsRoutes } from "./routes/docs.ts";
import { embeddingRoutes } from "./routes/embeddings.ts";
import { healthRoutes } from "./routes/health.ts";
import { infillRoutes } from "./routes/infill.ts";
import { leaseRoutes } from "./routes/leases.ts";
import { llamaServerRoutes } from "./routes/llama-server.ts";
import { managementRoutes } from "./routes/management.ts";
import { modelRoutes } from "./routes/models.ts";
import { responsesRoutes } from "./routes/responses.ts";
import { scoreRoutes } from "./routes/score.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { RouteTable } from "./route-table.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** When the front accepted the request, monotonic ms. */
    acceptedAt: number;
  }
}

const MAX_HEADER_BYTES = 16 * 1024;
const PREFLIGHT_SECONDS = "600";

/** The HTTP front: checks who calls and what, and hands on to the routes. Does not listen yet. */
export function buildServer(context: ApiContext): FastifyInstance {
  const { limits } = context;
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.connectionCheckMs, maxHeaderSize: MAX_HEADER_BYTES },
    exposeHeadRoutes: false,
    schemaController: NO_SCHEMAS,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
    requestIdHeader: false,
    genReqId: requestId,
    frameworkErrors: (error, _request, reply) => sendError(context, error, reply as FastifyReply),
    clientErrorHandler: refuseMalformed,
  });
  app.server.maxConnections = limits.connections;
  app.decorateRequest("acceptedAt", 0);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    request.record?.body(body as Buffer);
    try {
      done(null, parseBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setErrorHandler((error, _request, reply) => sendError(context, error, reply));
  logRequests(app, context.metrics, context.requestLog);
  app.decorateRequest("record", null);
  if (context.audit !== null) auditRequests(app, context.audit.log, context.audit.rules);
  app.addHook("onRequest", async (request, reply) => admit(context, request, reply));

  const table = new RouteTable();
  app.addHook("onRoute", ({ method, url, config }) => table.add([method].flat(), url, config));
  app.setNotFoundHandler((request) => { throw table.refusal(request.method, request.url); });
  for (const routes of [healthRoutes, modelRoutes, chatRoutes, completionRoutes, embeddingRoutes, responsesRoutes, tokenRoutes, infillRoutes, scoreRoutes, llamaServerRoutes, managementRoutes, leaseRoutes, chatPageRoutes]) {
    routes(app, context);
  }
  docsRoutes(app, context, table);
  return app;
}

/** Runs before a body is read: a request that may not be made costs nothing. */
async function admit({ access, closing }: ApiContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  request.acceptedAt = nowMs();
  access.checkHost(request.raw);
  const origin = access.checkOrigin(request.raw);
  if (origin !== null) {
    void reply.headers({ "access-control-allow-origin": origin, "access-control-expose-headers": "x-request-id", vary: "Origin" });
    if (request.method === "OPTIONS") return preflight(reply);
  }
  if (!isPublic(request)) access.checkKey(request.raw);
  if (closing() && request.routeOptions.config?.whileClosing !== true) throw shuttingDown();
  return undefined;
}

function isPublic(request: FastifyRequest): boolean {
  return request.method === "GET" && request.routeOptions.config?.isPublic === true;
}

function preflight(reply: FastifyReply): FastifyReply {
  return reply.code(204).headers({
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type, x-request-id, x-retort-client, x-retort-priority, x-retort-wait",
    "access-control-max-age": PREFLIGHT_SECONDS,
  }).send();
}

function sendError(context: ApiContext, error: unknown, reply: FastifyReply): void {
  const shown = publicError(error);
  reply.request.record?.failed(shown.code);
  reply.request.summary?.failed(shown.code);
  if (shown.code === "internal_error") context.log(`internal error: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
  // Nobody is there any more to read an answer.
  if (isCancelled(shown) && reply.raw.destroyed) return void reply.hijack();
  void reply.code(shown.status).headers(errorHeaders(shown)).type("application/json; charset=utf-8").send(JSON.stringify(errorBody(shown)));
}

/** Bytes that are not HTTP, or headers that are too long or never end. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || socket.destroyed) return;
  const tooLong = error.code === "HPE_HEADER_OVERFLOW";
  const late = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const status = tooLong ? "431 Request Header Fields Too Large" : late ? "408 Request Timeout" : "400 Bad Request";
  const body = JSON.stringify(errorBody(new RetortError({
    code: tooLong ? "headers_too_large" : late ? "request_timeout" : "bad_http",
    message: tooLong ? "The headers are too long." : late ? "The request did not arrive in time." : "The request is not valid HTTP.",
    hint: "Use an HTTP/1.1 client.",
    status: Number(status.slice(0, 3)),
  })));
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
