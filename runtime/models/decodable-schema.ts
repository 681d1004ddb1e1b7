type Schema = Record<string, unknown>;

/** Conditions on a value that a grammar cannot hold while text is generated. The answer is checked against them afterwards. */
const CHECKED_LATER = new Set(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "uniqueItems"]);
/** Bounds that a grammar can hold as long as they are not too large. */
const LENGTHS = new Set(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]);
const MAX_LENGTH = 1000;
/** Keywords under which more schemas stand, by name or in a list. */
const BY_NAME = new Set(["properties", "$defs", "definitions"]);
const BELOW = new Set(["items", "prefixItems", "additionalProperties", "oneOf", "anyOf"]);

/**
 * The part of a JSON schema that the decoder can enforce while it generates. What falls away here is still checked:
 * the whole schema is held against the finished answer.
 */
export function decodableSchema(schema: Schema): Schema {
  const kept = Object.entries(schema).filter(([keyword, value]) => !CHECKED_LATER.has(keyword) && !isTooLong(keyword, value));
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, BY_NAME.has(keyword) ? eachNamed(value) : BELOW.has(keyword) ? each(value) : value]));
}

function isTooLong(keyword: string, value: unknown): boolean {
  return LENGTHS.has(keyword) && typeof value === "number" && value > MAX_LENGTH;
}

function each(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(each);
  return isSchema(value) ? decodableSchema(value) : value;
}

function eachNamed(value: unknown): unknown {
  return isSchema(value) ? Object.fromEntries(Object.entries(value).map(([name, below]) => [name, each(below)])) : value;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
