import assert from "node:assert/strict";

import fc from "fast-check";

import { parseBody } from "../../../../runtime/api/json-body.ts";
import { RetortError } from "../../../../runtime/errors.ts";

describe("parseBody", () => {
  const wellFormed = fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !text.includes("\u0000"));

  it("gives what JSON.parse gives for any good body", () => {
    const value = fc.jsonValue({ maxDepth: 5, stringUnit: "grapheme" }).filter((one) => !JSON.stringify(one).includes("\\u0000") && !JSON.stringify(one).includes("__proto__"));
    fc.assert(fc.property(value, (one) => {
      assert.deepEqual(parseBody(Buffer.from(JSON.stringify(one))), JSON.parse(JSON.stringify(one)));
    }));
  });

  it("answers any bytes with a value or with a coded error of status 400", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        parseBody(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof RetortError && error.status === 400 && error.hint !== undefined);
      }
    }));
  });

  it("brackets inside texts do not count as nesting", () => {
    fc.assert(fc.property(wellFormed, (text) => {
      const body = { text: `${"[{".repeat(200)}${text}\\"` };
      assert.deepEqual(parseBody(Buffer.from(JSON.stringify(body))), body);
    }));
  });

  it("never repeats what the body holds", () => {
    assert.throws(() => parseBody(Buffer.from('{"key": secret}')), (error: RetortError) => !error.message.includes("secret"));
  });
});
