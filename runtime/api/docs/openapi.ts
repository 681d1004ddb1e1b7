import type { TSchema } from "typebox";

import { ErrorSchema } from "../reply-schemas.ts";
import { FIELD_TEXTS } from "./field-texts.ts";
import type { DocumentedRoute, NamedSchema } from "./route-doc.ts";

type Json = Record<string, unknown>;

export interface OpenApiDocument {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  servers: Array<{ url: string }>;
  security: Json[];
  tags: Array<{ name: string; description: string }>;
  paths: Record<string, Record<string, Json>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

const TAGS = [
  { name: "OpenAI", description: "OpenAI's routes: any of its clients works unchanged." },
  { name: "llama-server", description: "Routes with the names and fields of llama.cpp's llama-server. `model` may be left out there." },
  { name: "Retort", description: "Models, precision, memory, scores and leases." },
] as const;

/** The OpenAPI 3.1 document of these routes, made from the schemas that check their bodies. */
export function openApi(routes: readonly DocumentedRoute[], version: string): OpenApiDocument {
  const schemas: Record<string, Json> = { Error: described(ErrorSchema) };
  for (const { doc: { body, reply } } of routes) for (const named of [body, reply]) if (named !== undefined) schemas[named.name] = described(named.schema);
  const paths: OpenApiDocument["paths"] = {};
  for (const route of routes) (paths[openPath(route.path)] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: "3.1.0",
    info: { title: "Retort", version, description: "A local language model runtime. Unknown fields are refused; every number has a minimum and a maximum." },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }],
    tags: [...TAGS],
    paths,
    components: { schemas, securitySchemes: { bearer: { type: "http", scheme: "bearer", description: "The key that the server was started with." } } },
  };
}

function operation({ method, path, isPublic, doc }: DocumentedRoute): Json {
  return {
    operationId: [method.toLowerCase(), ...path.split(/[^A-Za-z0-9]+/)].filter((part) => part !== "").join("_"),
    tags: [doc.group],
    summary: doc.summary,
    ...(isPublic ? { security: [] } : {}),
    ...parameters(path, doc.query ?? {}),
    ...(doc.body === undefined ? {} : { requestBody: { required: true, content: { "application/json": { schema: reference(doc.body), ...(doc.example === undefined ? {} : { example: doc.example }) } } } }),
    responses: {
      200: { description: doc.returns, content: replyContent(doc) },
      default: { description: "An error, with a code and a hint.", content: { "application/json": { schema: reference({ name: "Error" }) } } },
    },
  };
}

function replyContent({ type = "application/json", reply, streams = false }: DocumentedRoute["doc"]): Json {
  const schema = reply === undefined ? type === "application/json" ? { type: "object" } : { type: "string" } : reference(reply);
  return { [type]: { schema }, ...(streams ? { "text/event-stream": { schema: { type: "string" } } } : {}) };
}

function parameters(path: string, query: Readonly<Record<string, string>>): Json {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const inQuery = Object.entries(query).map(([name, description]) => ({ name, in: "query", required: false, description, schema: { type: "string" } }));
  const all = [...inPath, ...inQuery];
  return all.length === 0 ? {} : { parameters: all };
}

function reference({ name }: Pick<NamedSchema, "name">): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** `/v1/models/:id` → `/v1/models/{id}`. */
function openPath(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}");
}

/** The schema as plain JSON, with what each of its fields means. */
function described(schema: TSchema): Json {
  const plain = JSON.parse(JSON.stringify(schema)) as Json & { properties?: Record<string, Json> };
  if (plain.properties === undefined) return plain;
  const properties = Object.entries(plain.properties).map(([name, field]) => {
    const text = FIELD_TEXTS[name];
    return [name, text === undefined ? field : { ...field, description: text }];
  });
  return { ...plain, properties: Object.fromEntries(properties) as Json };
}
