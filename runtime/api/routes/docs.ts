import { createHash } from "node:crypto";

import type { FastifyInstance } from "fastify";

import type { ApiContext } from "../context.ts";
import { DOCS_STYLE, docsPage } from "../docs/docs-page.ts";
import { openApi, type OpenApiDocument } from "../docs/openapi.ts";
import type { RouteTable } from "../route-table.ts";

/** The page needs its own style and nothing else: no scripts, no images, no frames, no other host. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(DOCS_STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** `GET /openapi.json` and `GET /docs`: what the server offers. For anyone who reaches it, as both hold nothing of its user's. */
export function docsRoutes(app: FastifyInstance, { version }: ApiContext, table: RouteTable): void {
  let document: OpenApiDocument | undefined;
  const documented = (): OpenApiDocument => (document ??= openApi(table.documented(), version));

  app.get("/openapi.json", {
    config: { isPublic: true, doc: { group: "Retort", summary: "This document.", returns: "OpenAPI 3.1." } },
  }, async () => documented());

  app.get("/docs", {
    config: { isPublic: true, doc: { group: "Retort", summary: "The same as a page to read.", returns: "A page without scripts.", type: "text/html" } },
  }, async (_request, reply) => reply.type("text/html; charset=utf-8").headers({ "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" }).send(docsPage(documented())));
}
