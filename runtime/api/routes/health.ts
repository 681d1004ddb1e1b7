import type { FastifyInstance } from "fastify";

import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import { HealthSchema } from "../reply-schemas.ts";
import type { Health } from "../types.ts";

/** `GET /health`: for anyone on the machine, so it tells nothing that the key protects. */
export function healthRoutes(app: FastifyInstance, context: ApiContext): void {
  const doc: RouteDoc = { group: "llama-server", summary: "Whether the server answers.", returns: "`ok`, `loading` or `closing`.", reply: { name: "Health", schema: HealthSchema } };
  app.get("/health", { config: { doc, isPublic: true, whileClosing: true } }, async (): Promise<Health> => ({ status: stateOf(context), version: context.version }));
}

/** `loading` while a model is on its way and none is ready. */
export function stateOf({ closing, models }: ApiContext): Health["status"] {
  if (closing()) return "closing";
  return models.loading().length > 0 && models.ready().length === 0 ? "loading" : "ok";
}
