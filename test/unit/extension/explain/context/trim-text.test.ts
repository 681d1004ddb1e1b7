import assert from "node:assert/strict";

import fc from "fast-check";

import { trimText } from "../../../../../extension/explain/context/trim-text.ts";

describe("trimText", () => {
  const text = "one\ntwo\nthree\nfour\nfive";
  for (const [length, side, expected] of [
    [100, "end", text],
    [16, "end", "one\ntwo\nthree\n…"],
    [14, "start", "…\nfour\nfive"],
    [14, "middle", "one\n…\nfive"],
    [0, "end", "\n…"],
  ] as const) {
    it(`keeps ${JSON.stringify(expected)} of ${length} characters without the ${side}`, () => assert.equal(trimText(text, length, side), expected));
  }

  it("cuts a line in two when there is no line end near", () => {
    assert.equal(trimText("x".repeat(100), 12, "end"), `${"x".repeat(10)}\n…`);
  });

  it("is never much longer than asked for, and never splits a character", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.nat(100), fc.constantFrom("end", "start", "middle"), (given, length, side) => {
      const trimmed = trimText(given, length, side as "end");
      if (given.length > length) assert.ok(trimmed.length <= Math.max(length, 0) + 5);
      assert.ok(!/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(trimmed));
    }));
  });
});
