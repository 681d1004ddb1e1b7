import assert from "node:assert/strict";
import fc from "fast-check";
import { toCodePoints, toUtf16Offset } from "../../../../kernel/jupyter/code-points.ts";

describe("code points", () => {
  it("an emoji before the cursor is one code point and two UTF-16 units", () => {
    assert.equal(toUtf16Offset("a😀b", 2), 3);
    assert.equal(toCodePoints("a😀b", 3), 2);
    assert.equal(toUtf16Offset("👨‍👩‍👧 x", 6), 9);
  });

  it("positions outside the text are clamped", () => {
    assert.equal(toUtf16Offset("ab", 9), 2);
    assert.equal(toUtf16Offset("ab", -1), 0);
    assert.equal(toCodePoints("😀", 9), 1);
  });

  it("there and back is the identity on every code point boundary", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.nat(), (text, n) => {
      const points = [...text];
      const position = n % (points.length + 1);
      assert.equal(toUtf16Offset(text, position), points.slice(0, position).join("").length);
      assert.equal(toCodePoints(text, toUtf16Offset(text, position)), position);
    }));
  });
});
