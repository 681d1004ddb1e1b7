import type { FastifyServerOptions } from "fastify";

/**
 * Stands in the place of fastify's compilers for schemas of routes, which it would load otherwise: bodies are checked by
 * body-check.ts, and replies are plain JSON.
 */
export const NO_SCHEMAS: NonNullable<FastifyServerOptions["schemaController"]> = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
};

function refuse(): never {
  throw new Error("A route must have no schema: fastify's compilers are not there.");
}
