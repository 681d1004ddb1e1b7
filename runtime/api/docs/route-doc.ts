import type { TSchema } from "typebox";

/** Whose form a route has. */
export type RouteGroup = "OpenAI" | "llama-server" | "Retort";

/** A schema under the name that it has in the OpenAPI document. */
export interface NamedSchema {
  name: string;
  schema: TSchema;
}

/** What the OpenAPI document and the page at `/docs` say of a route. It stands where the route is made. */
export interface RouteDoc {
  group: RouteGroup;
  /** One sentence. */
  summary: string;
  /** The very schema that checks the body. */
  body?: NamedSchema;
  /** Parameters after the question mark: what each means. */
  query?: Readonly<Record<string, string>>;
  /** What a 200 brings, in words. */
  returns: string;
  /** What a 200 brings, where tests hold replies against it. */
  reply?: NamedSchema;
  /** Media type of the reply. Default JSON. */
  type?: string;
  /** With `"stream": true` the reply is server-sent events. */
  streams?: boolean;
  /** A body that works, for the page. */
  example?: Readonly<Record<string, unknown>>;
}

/** A route as it stands in the documentation. */
export interface DocumentedRoute {
  method: string;
  /** fastify's pattern, such as `/v1/models/:id`. */
  path: string;
  isPublic: boolean;
  doc: RouteDoc;
}

declare module "fastify" {
  interface FastifyContextConfig {
    doc?: RouteDoc;
    /** Answers without a key. Nothing that the key protects may be told there. */
    isPublic?: boolean;
    /** Answers while the runtime is ending, too: how it is, and clients that let go of it. */
    whileClosing?: boolean;
  }
}
