import type { IncomingMessage } from "node:http";

import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";

import { cancelled, isCancelled, type RetortError } from "../errors.ts";
import { nowMs } from "../timing.ts";
import { shuttingDown } from "./answer.ts";
import { ConnectionLimit } from "./connection-limit.ts";
import type { ApiContext } from "./context.ts";
import { errorBody, errorHeaders, publicError } from "./error-reply.ts";
import { checkCoding, parseBody } from "./json-body.ts";
import { MalformedRequests } from "./malformed.ts";
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
import { limitStall } from "./stall-limit.ts";

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
  const malformed = new MalformedRequests();
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.connectionCheckMs, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
    exposeHeadRoutes: false,
    schemaController: NO_SCHEMAS,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
    requestIdHeader: false,
    genReqId: requestId,
    frameworkErrors: (error, _request, reply) => sendError(context, error, reply as FastifyReply),
    clientErrorHandler: malformed.refuse,
  });
  malformed.listen(app.server);
  const connections = new ConnectionLimit(limits.connections);
  connections.listen(app.server);
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
  app.addHook("onRequest", async (request, reply) => {
    malformed.answering(request.raw, reply.raw);
    connections.answering(request.raw, reply.raw);
    return admit(context, request, reply);
  });
  app.addHook("onSend", async (_request, reply) => limitStall(reply.raw, limits.stallMs));

  const table = new RouteTable();
  app.addHook("onRoute", ({ method, url, config }) => table.add([method].flat(), url, config));
  app.setNotFoundHandler((request) => { throw table.refusal(request.method, request.url); });
  for (const routes of [healthRoutes, modelRoutes, chatRoutes, completionRoutes, embeddingRoutes, responsesRoutes, tokenRoutes, infillRoutes, scoreRoutes, llamaServerRoutes, managementRoutes, leaseRoutes, chatPageRoutes]) {
    routes(app, context);
  }
  docsRoutes(app, context, table);
  return app;
}

/** The client went away in the middle of its body: no fault of ours, and nobody is there to read an answer. */
function bodyCutOff(error: unknown, { aborted }: IncomingMessage): RetortError | null {
  return aborted && (error as NodeJS.ErrnoException).code === "ECONNRESET" ? cancelled() : null;
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
  checkCoding(request.headers["content-encoding"]);
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
  const shown = bodyCutOff(error, reply.request.raw) ?? publicError(error);
  reply.request.record?.failed(shown.code);
  reply.request.summary?.failed(shown.code);
  if (shown.code === "internal_error") context.log(`internal error: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
  // Nobody is there any more to read an answer.
  if (isCancelled(shown) && reply.raw.destroyed) return void reply.hijack();
  void reply.code(shown.status).headers(errorHeaders(shown)).type("application/json; charset=utf-8").send(JSON.stringify(errorBody(shown)));
}
