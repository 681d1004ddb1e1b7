import assert from "node:assert/strict";

import { decoderSchema } from "../../../../runtime/engine/json-schema.ts";
import { RetortError } from "../../../../runtime/errors.ts";

const nested = (depth: number): Record<string, unknown> => (depth === 0 ? { type: "string" } : { type: "array", items: nested(depth - 1) });
const wide = (count: number): Record<string, unknown> => ({
  type: "object",
  properties: Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, { type: "integer" }])),
});

describe("decoderSchema", () => {
  it("keeps what the decoder knows and drops annotations", () => {
    const schema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Person",
      type: "object",
      properties: { name: { type: "string", description: "full", maxLength: 20 }, age: { type: "integer", default: 3 } },
      required: ["name"],
      additionalProperties: false,
    };
    assert.deepEqual(decoderSchema(schema), {
      type: "object",
      properties: { name: { type: "string", maxLength: 20 }, age: { type: "integer" } },
      required: ["name"],
      additionalProperties: false,
    });
  });

  it("asks for all properties where `required` is missing, and for any object where nothing is said", () => {
    assert.deepEqual(decoderSchema({ properties: { a: { type: "null" } } })["required"], ["a"]);
    assert.equal(decoderSchema({ type: "object" })["additionalProperties"], true);
    assert.ok(Array.isArray(decoderSchema({})["oneOf"]));
  });

  it("turns anyOf, type lists and definitions into the decoder's forms", () => {
    assert.deepEqual(decoderSchema({ anyOf: [{ type: "string" }, { const: 3 }] }), { oneOf: [{ type: "string" }, { const: 3 }] });
    assert.deepEqual(decoderSchema({ type: ["string", "null"], maxLength: 5 }), { oneOf: [{ type: "string", maxLength: 5 }, { type: "null" }] });
    assert.deepEqual(decoderSchema({ $ref: "#/definitions/n", definitions: { n: { enum: ["a", "b"] } } }), {
      $ref: "#/$defs/n",
      $defs: { n: { enum: ["a", "b"] } },
    });
  });

  it("fault 10: recursion inside $defs is allowed", () => {
    const tree = { $ref: "#/$defs/node", $defs: { node: { type: "object", properties: { next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } } } } };
    assert.equal(decoderSchema(tree)["$ref"], "#/$defs/node");
  });

  for (const [name, schema, pattern] of [
    ["remote reference", { $ref: "https://example.org/s.json" }, /reference/],
    ["reference to nothing", { $ref: "#/$defs/x", $defs: { y: {} } }, /reference/],
    ["pattern with catastrophic backtracking", { type: "string", pattern: "(a+)+$" }, /'pattern' at \$/],
    ["unknown keyword below", { type: "object", properties: { a: { type: "integer", minimum: 3 } } }, /'minimum' at \$\.a/],
    ["unknown type", { type: "objekt" }, /no JSON type/],
    ["format", { type: "string", format: "email" }, /email/],
    ["nested too deep", nested(40), /nested deeper/],
    ["too many parts", wide(2100), /more than 2000 parts/],
    ["1 MB", { type: "string", description: "x".repeat(1e6) }, /characters/],
    ["a length of 10^9", { type: "string", maxLength: 1e9 }, /'maxLength' at \$ is 1000000000, at most 1000/],
    ["a count below 0", { type: "array", minItems: -1 }, /'minItems' at \$/],
    ["a count that is no number", { type: "array", maxItems: "9" }, /'maxItems' at \$/],
    ["lengths that add up", { type: "object", properties: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p${i}`, { type: "string", maxLength: 1000 }])) }, /add up/],
    ["empty alternatives", { anyOf: [] }, /empty/],
    ["objects in enum", { enum: [{}] }, /const and enum/],
    ["required without property", { type: "object", properties: {}, required: ["a"] }, /required/],
    ["false", { type: "array", items: false }, /object is expected/],
  ] as Array<[string, Record<string, unknown>, RegExp]>) {
    it(`fault 10: refuses ${name} with its place`, () => {
      assert.throws(() => decoderSchema(schema), (error) => error instanceof RetortError && error.code === "bad_schema" && pattern.test(error.message));
    });
  }
});
