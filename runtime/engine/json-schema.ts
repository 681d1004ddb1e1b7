import { badGrammar } from "./engine-errors.ts";

const MAX_DEPTH = 32;
const MAX_NODES = 2000;
const MAX_LENGTH = 64 * 1024;
/** Lengths and counts, for which the decoder makes a rule at each step: what llama.cpp takes at most, and a bound for all together. */
const MAX_REPEATS = 1000;
const MAX_ALL_REPEATS = 50_000;

/** Say nothing about which values are valid. */
const ANNOTATIONS = new Set(["$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"]);

/** Understood by the constrained decoder, by type. */
const KEYWORDS = {
  object: ["properties", "required", "additionalProperties", "minProperties", "maxProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems"],
  string: ["minLength", "maxLength", "format"],
} as const;
const LENGTHS = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"] as const;
const SIMPLE_TYPES = new Set(["number", "integer", "boolean", "null"]);
const FORMATS = new Set(["date-time", "time", "date"]);

type Schema = Record<string, unknown>;

interface Walk {
  nodes: number;
  repeats: number;
  definitions: ReadonlySet<string>;
}

/**
 * A JSON schema in the form that the constrained decoder understands. It would silently ignore every keyword it does
 * not know, and the answer would not fit the schema: those are refused here. Throws `bad_schema` with the place.
 */
export function decoderSchema(schema: Schema): Schema {
  const length = JSON.stringify(schema).length;
  if (length > MAX_LENGTH) throw badGrammar(`the schema has ${length} characters, at most ${MAX_LENGTH} are allowed`);
  const definitions = { ...asObject(schema["definitions"] ?? {}, "$.definitions"), ...asObject(schema["$defs"] ?? {}, "$.$defs") };
  const walk: Walk = { nodes: 0, repeats: 0, definitions: new Set(Object.keys(definitions)) };
  const { $defs: _defs, definitions: _definitions, ...root } = schema;
  const converted = convert(root, "$", 0, walk);
  if (walk.definitions.size === 0) return converted;
  return { ...converted, $defs: mapValues(definitions, (value, name) => convert(value, `$.$defs.${name}`, 1, walk)) };
}

function convert(value: unknown, path: string, depth: number, walk: Walk): Schema {
  if (depth > MAX_DEPTH) throw badGrammar(`the schema is nested deeper than ${MAX_DEPTH} levels at ${path}`);
  if (++walk.nodes > MAX_NODES) throw badGrammar(`the schema has more than ${MAX_NODES} parts`);
  if (value === true) return ANY;
  const schema = withoutAnnotations(asObject(value, path));
  checkLengths(schema, path, walk);
  const below = (part: unknown, name: string): Schema => convert(part, `${path}.${name}`, depth + 1, walk);

  if ("$ref" in schema) return reference(schema, path, walk);
  const choices = schema["oneOf"] ?? schema["anyOf"];
  if (choices !== undefined) return alternatives(schema, asList(choices, path), path, below);
  if ("const" in schema) return only(schema, ["const", "type"], path, () => ({ const: scalar(schema["const"], path) }));
  if ("enum" in schema) return only(schema, ["enum", "type"], path, () => ({ enum: asList(schema["enum"], path).map((item) => scalar(item, path)) }));
  return typed(schema, path, below);
}

/** A few characters of a schema can ask for a grammar of any size. */
function checkLengths(schema: Schema, path: string, walk: Walk): void {
  for (const word of LENGTHS) {
    const value = schema[word];
    if (value === undefined) continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw badGrammar(`'${word}' at ${path} is not a whole number from 0`);
    if (value > MAX_REPEATS) throw badGrammar(`'${word}' at ${path} is ${value}, at most ${MAX_REPEATS} can be held`);
    walk.repeats += value;
  }
  if (walk.repeats > MAX_ALL_REPEATS) throw badGrammar(`the lengths in the schema add up to more than ${MAX_ALL_REPEATS}`);
}

/** What `{}` and `true` mean: any JSON value. */
const ANY: Schema = {
  oneOf: [{ type: ["string", "number", "boolean", "null"] }, { type: "array" }, { type: "object", additionalProperties: true }],
};

function typed(schema: Schema, path: string, below: (part: unknown, name: string) => Schema): Schema {
  const type = schema["type"] ?? impliedType(schema);
  if (type === undefined) return only(schema, [], path, () => ANY);
  if (Array.isArray(type)) {
    return alternatives({}, type.map((one: unknown) => ({ ...ownKeywords(schema, one), type: one })), path, below);
  }
  if (type === "object") return only(schema, ["type", ...KEYWORDS.object], path, () => objectSchema(schema, path, below));
  if (type === "array") return only(schema, ["type", ...KEYWORDS.array], path, () => arraySchema(schema, path, below));
  if (type === "string") return only(schema, ["type", ...KEYWORDS.string], path, () => stringSchema(schema, path));
  if (typeof type === "string" && SIMPLE_TYPES.has(type)) return only(schema, ["type"], path, () => ({ type }));
  throw badGrammar(`${JSON.stringify(type)} at ${path}.type is no JSON type`);
}

function objectSchema(schema: Schema, path: string, below: (part: unknown, name: string) => Schema): Schema {
  const properties = mapValues(asObject(schema["properties"] ?? {}, `${path}.properties`), below);
  // Without a list the decoder writes all properties: that is valid too, and what the author of a schema hopes for.
  const required = schema["required"] === undefined ? Object.keys(properties) : asList(schema["required"], `${path}.required`);
  const missing = required.find((name) => typeof name !== "string" || !(name in properties));
  if (missing !== undefined) throw badGrammar(`${JSON.stringify(missing)} at ${path}.required is not among the properties`);
  const more = schema["additionalProperties"] ?? Object.keys(properties).length === 0;
  return {
    ...schema,
    type: "object",
    properties,
    required,
    additionalProperties: typeof more === "boolean" ? more : below(more, "additionalProperties"),
  };
}

function arraySchema(schema: Schema, path: string, below: (part: unknown, name: string) => Schema): Schema {
  const converted: Schema = { ...schema, type: "array" };
  if (schema["items"] !== undefined) converted["items"] = below(schema["items"], "items");
  if (schema["prefixItems"] !== undefined) {
    converted["prefixItems"] = asList(schema["prefixItems"], path).map((item, i) => below(item, `prefixItems.${i}`));
  }
  return converted;
}

function stringSchema(schema: Schema, path: string): Schema {
  const format = schema["format"];
  if (format !== undefined && (typeof format !== "string" || !FORMATS.has(format))) {
    throw badGrammar(`the format ${JSON.stringify(format)} at ${path} is not supported; date, time and date-time are`);
  }
  return { ...schema, type: "string" };
}

function alternatives(schema: Schema, choices: readonly unknown[], path: string, below: (part: unknown, name: string) => Schema): Schema {
  if (choices.length === 0) throw badGrammar(`the list of alternatives at ${path} is empty`);
  return only(schema, ["oneOf", "anyOf"], path, () => ({ oneOf: choices.map((choice, i) => below(choice, String(i))) }));
}

function reference(schema: Schema, path: string, walk: Walk): Schema {
  const target = schema["$ref"];
  const name = typeof target === "string" ? /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(target)?.[1] : undefined;
  if (name === undefined || !walk.definitions.has(name)) {
    throw badGrammar(`the reference ${JSON.stringify(target)} at ${path} does not name an entry of this schema's own $defs`);
  }
  return only(schema, ["$ref"], path, () => ({ $ref: `#/$defs/${name}` }));
}

function impliedType(schema: Schema): string | undefined {
  return Object.entries(KEYWORDS).find(([, words]) => words.some((word) => word in schema))?.[0];
}

/** The keywords that concern one of several types. */
function ownKeywords(schema: Schema, type: unknown): Schema {
  const words: readonly string[] = typeof type === "string" && type in KEYWORDS ? KEYWORDS[type as keyof typeof KEYWORDS] : [];
  return Object.fromEntries(Object.entries(schema).filter(([word]) => words.includes(word)));
}

function only(schema: Schema, allowed: readonly string[], path: string, build: () => Schema): Schema {
  const unknown = Object.keys(schema).find((word) => !allowed.includes(word));
  if (unknown !== undefined) throw badGrammar(`the keyword '${unknown}' at ${path} is not supported here`);
  return build();
}

function withoutAnnotations(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([word]) => !ANNOTATIONS.has(word)));
}

function scalar(value: unknown, path: string): string | number | boolean | null {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  throw badGrammar(`const and enum at ${path} may hold strings, numbers, booleans and null only`);
}

function asObject(value: unknown, path: string): Schema {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Schema;
  throw badGrammar(`an object is expected at ${path}`);
}

function asList(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw badGrammar(`a list is expected at ${path}`);
}

function mapValues(object: Schema, change: (value: unknown, name: string) => Schema): Schema {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}
