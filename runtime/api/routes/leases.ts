import type { FastifyInstance } from "fastify";

import { RetortError } from "../../errors.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import { LeaseSchema, ReleaseSchema, ShutdownSchema } from "../schemas.ts";
import type { Lease } from "../types.ts";

const checkLease = bodyCheck(LeaseSchema);
const checkRelease = bodyCheck(ReleaseSchema);
const checkShutdown = bodyCheck(ShutdownSchema);

const LEASE: RouteDoc = { group: "Retort", summary: "Asks the runtime to stay; to be renewed in time.", body: { name: "LeaseRequest", schema: LeaseSchema }, returns: "The lease and its seconds.", example: {} };
const RELEASE: RouteDoc = { group: "Retort", summary: "Gives a lease back.", body: { name: "ReleaseRequest", schema: ReleaseSchema }, returns: "That it is given back.", example: { lease: "0123456789abcdef01234567" } };
const SHUTDOWN: RouteDoc = { group: "Retort", summary: "Ends the runtime.", body: { name: "ShutdownRequest", schema: ShutdownSchema }, returns: "That it is ending." };

/** `POST /retort/lease`, `/retort/release` and `/retort/shutdown`: how long the runtime stays. */
export function leaseRoutes(app: FastifyInstance, context: ApiContext): void {
  const { leases, scopes } = context;

  app.post("/retort/lease", { config: { doc: LEASE } }, async (request): Promise<Lease> => {
    return { lease: leases.take(checkLease(request.body).lease), ttl_s: leases.ttlMs / 1000 };
  });

  app.post("/retort/release", { config: { doc: RELEASE, whileClosing: true } }, async (request): Promise<{ released: true }> => {
    leases.release(checkRelease(request.body).lease);
    return { released: true };
  });

  app.post("/retort/shutdown", { config: { doc: SHUTDOWN, whileClosing: true } }, async (request, reply): Promise<{ closing: true }> => {
    const { if_idle: ifIdle = false } = checkShutdown(request.body);
    if (ifIdle && (scopes.active > 0 || leases.count > 0)) throw busy(scopes.active, leases.count);
    reply.raw.once("finish", () => context.shutdown());
    return { closing: true };
  });
}

function busy(active: number, leases: number): RetortError {
  return new RetortError({
    code: "busy",
    message: `The runtime answers ${active} requests and has ${leases} clients.`,
    hint: "Wait for them, or leave out `if_idle`.",
    status: 409,
  });
}
