import { compileSchema } from "./schema.ts";
import type { ValueResult } from "./setting-value.ts";

/** What form an answer must have. */
export type OutputFormat = { type: "json_object" } | { type: "json_schema"; schema: Record<string, unknown> };

export function readOutput(value: unknown): ValueResult {
  if (value === "json") return { ok: true, value: { type: "json_object" } satisfies OutputFormat };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, code: "wrong_type", message: "`output` is `json`, or a mapping with a `schema`." };
  }
  const other = Object.keys(value).find((key) => key !== "schema");
  if (other !== undefined) return { ok: false, code: "unknown_key", message: `\`output\` has no key \`${other}\`; it takes \`schema\`.` };
  const schema: unknown = (value as { schema?: unknown }).schema;
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    return { ok: false, code: "wrong_type", message: "`schema` is a JSON Schema, written here as a mapping. Files follow in a later version." };
  }
  const compiled = compileSchema(schema as Record<string, unknown>);
  if (!compiled.ok) return { ok: false, code: "bad_schema", message: `The schema cannot be used: ${compiled.message}.` };
  return { ok: true, value: { type: "json_schema", schema: schema as Record<string, unknown> } satisfies OutputFormat };
}
