import type { FastifyInstance, FastifyRequest } from "fastify";

import type { AuditLog } from "../audit/audit-log.ts";
import { RequestRecord, type RecordRules } from "../audit/request-record.ts";
import { nowMs } from "../timing.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Null where the audit log is off, and for requests that it does not hold. */
    record: RequestRecord | null;
  }
}

/** Renewed every few seconds by every client, and without any content. */
const NOT_RECORDED = new Set(["/retort/lease", "/retort/release"]);
/** The client closed the connection before the answer was complete. */
const CLIENT_GONE = 499;

/** Writes a record of every request that asks for something, and of every one that was not let in. */
export function auditRequests(app: FastifyInstance, log: AuditLog, rules: RecordRules): void {
  app.addHook("onRequest", async (request, reply) => {
    const record = new RequestRecord(clientKind(request));
    const route = request.routeOptions.url ?? "unknown";
    request.record = record;
    reply.raw.once("close", () => {
      const status = reply.raw.writableFinished ? reply.raw.statusCode : CLIENT_GONE;
      if (!isRecorded(request.method, route, status)) return;
      const endedAt = nowMs();
      log.append(() => record.fields(route, status, endedAt, rules), record.weight);
    });
  });
  app.addHook("onSend", async (request, _reply, payload) => {
    if (typeof payload === "string" && request.record?.hasFailed === false && !request.record.hasText) request.record.answered(payload);
    return payload;
  });
}

function isRecorded(method: string, route: string, status: number): boolean {
  if (status === 401 || status === 403) return true;
  return method === "POST" && !NOT_RECORDED.has(route);
}

/** What Retort's own clients say of themselves, and what the well-known ones are recognised by. */
const OWN_KINDS = ["kernel", "editor", "terminal"];
const KNOWN_AGENTS: ReadonlyArray<[pattern: RegExp, kind: string]> = [
  [/^OpenAI\/Python/, "openai-python"],
  [/^(?:Async)?OpenAI\/JS/, "openai-node"],
  [/^curl\//, "curl"],
  [/^python-requests|^python-httpx|^Python/, "python"],
  [/Mozilla/, "browser"],
];

function clientKind(request: FastifyRequest): string {
  const own = request.headers["x-retort-client"];
  const named = OWN_KINDS.find((kind) => kind === own);
  if (named !== undefined) return named;
  const agent = request.headers["user-agent"] ?? "";
  return KNOWN_AGENTS.find(([pattern]) => pattern.test(agent))?.[1] ?? "other";
}
