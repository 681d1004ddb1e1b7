import fc from "fast-check";

/** As much of JSON Schema as the request schemas use. */
export interface JsonSchema {
  type?: string;
  const?: unknown;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: { pattern?: string };
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
}

/** Long enough to be odd, short enough for a hundred thousand of them. */
const LONGEST_TEXT = 40;
const LONGEST_LIST = 4;
const FEW_KEYS = 3;

/** Values that fit `schema`. A field that `known` names has its values from there, wherever it stands. */
export function fitting(schema: JsonSchema, known: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => fitting(each, known)));
  if ("const" in schema) return fc.constant(schema.const);
  switch (schema.type) {
    case "string": return texts(schema);
    case "integer": return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 100 });
    case "number": return fc.double({ min: schema.minimum ?? schema.exclusiveMinimum ?? -1e9, minExcluded: schema.exclusiveMinimum !== undefined, max: schema.maximum ?? 1e9, noNaN: true });
    case "boolean": return fc.boolean();
    case "null": return fc.constant(null);
    case "array": return fc.array(fitting(schema.items ?? {}, known), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? LONGEST_LIST, LONGEST_LIST) });
    case "object": return objects(schema, known);
    default: return fc.jsonValue({ maxDepth: 2 });
  }
}

function texts({ pattern, minLength = 0, maxLength = LONGEST_TEXT }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, LONGEST_TEXT), unit: "grapheme" });
}

function objects({ properties = {}, required = [], additionalProperties, propertyNames }: JsonSchema, known: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, known[name] ?? fitting(field, known)]));
  const named = fc.record(fields, { requiredKeys: required });
  if (typeof additionalProperties !== "object") return named;
  const keys = propertyNames?.pattern === undefined ? fc.string() : fc.stringMatching(new RegExp(propertyNames.pattern));
  return fc.tuple(named, fc.dictionary(keys, fitting(additionalProperties, known), { maxKeys: FEW_KEYS })).map(([own, more]) => ({ ...own, ...more }));
}
