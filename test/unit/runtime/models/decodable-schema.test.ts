import assert from "node:assert/strict";
import { decodableSchema } from "../../../../runtime/models/decodable-schema.ts";

describe("decodableSchema", () => {
  it("leaves out what a grammar cannot hold, at every depth", () => {
    const range = { minimum: 0, maximum: 9, multipleOf: 3 };
    const schema = {
      type: "object",
      properties: { age: { type: "integer", ...range }, list: { type: "array", uniqueItems: true, items: { type: "number", ...range } } },
      $defs: { code: { type: "string", pattern: "^a" } },
      oneOf: [{ type: "integer", exclusiveMinimum: 1 }],
    };
    assert.deepEqual(decodableSchema(schema), {
      type: "object",
      properties: { age: { type: "integer" }, list: { type: "array", items: { type: "number" } } },
      $defs: { code: { type: "string" } },
      oneOf: [{ type: "integer" }],
    });
  });

  it("keeps properties that are named like keywords, and values of enums", () => {
    const schema = { type: "object", properties: { minimum: { type: "number" }, pattern: { enum: ["maximum"] } }, required: ["minimum"] };
    assert.deepEqual(decodableSchema(schema), schema);
    assert.deepEqual(decodableSchema({ type: "string", minLength: 1, maxLength: 10_000 }), { type: "string", minLength: 1 });
  });
});
