import type { FastifyRequest } from "fastify";

const MAX_CHARS = 200;

/**
 * Who asks, so that several who share a server get a fair share: the address, the program, and the person it names in
 * OpenAI's field `user`. It is a courtesy between friends, no protection: a program may name others.
 */
export function clientOf({ ip, headers, body }: FastifyRequest): string {
  const program = headers["x-retort-client"] ?? headers["user-agent"] ?? "";
  const user = typeof body === "object" && body !== null ? (body as { user?: unknown }).user : undefined;
  return [ip, program, typeof user === "string" ? user : ""].join(" ").slice(0, MAX_CHARS);
}
