import { isRecord } from "./prompt-file.ts";

const TYPES = ["string", "number", "integer", "boolean", "null", "any"];
const MAX_DEPTH = 20;

/** The schema of a `.prompt` as JSON Schema: dotprompt's short form, or JSON Schema itself. Null for what is neither. */
export function readPicoschema(value: unknown, depth = 0): Record<string, unknown> | null {
  if (depth > MAX_DEPTH) return null;
  if (typeof value === "string") return scalar(value);
  if (!isRecord(value)) return null;
  if (typeof value.type === "string" && [...TYPES, "object", "array"].includes(value.type) && (value.type !== "object" || isRecord(value.properties))) return value;
  const properties: Record<string, unknown> = {};
  const required: string[] = [];
  let additionalProperties: unknown = false;
  for (const [key, item] of Object.entries(value)) {
    const [, name = "", optional, kind, description] = /^([^?(]+)(\?)?(?:\((\w+)(?:,\s*([\s\S]*))?\))?$/.exec(key) ?? [];
    if (key === "(*)") {
      additionalProperties = readPicoschema(item, depth + 1) ?? {};
      continue;
    }
    const schema = property(kind, item, depth + 1);
    if (name === "" || schema === null) return null;
    properties[name.trim()] = description === undefined ? schema : { ...schema, description };
    if (optional === undefined) required.push(name.trim());
  }
  return { type: "object", properties, required, additionalProperties };
}

function property(kind: string | undefined, item: unknown, depth: number): Record<string, unknown> | null {
  if (kind === "enum") return Array.isArray(item) ? { enum: item } : null;
  const schema = readPicoschema(item, depth);
  if (schema === null) return null;
  return kind === "array" ? { type: "array", items: schema } : kind === undefined || kind === "object" ? schema : null;
}

/** `string, what it is for`. */
function scalar(text: string): Record<string, unknown> | null {
  const [, type = "", description] = /^\s*(\w+)\s*(?:,\s*([\s\S]*))?$/.exec(text) ?? [];
  if (!TYPES.includes(type)) return null;
  return { ...(type === "any" ? {} : { type }), ...(description === undefined ? {} : { description }) };
}
