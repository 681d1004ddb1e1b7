import assert from "node:assert/strict";
import fc from "fast-check";
import { lastBoxed } from "../../../../runtime/models/boxed.ts";

describe("lastBoxed", () => {
  const cases: Array<[text: string, expected: string | null]> = [
    ["so f(3) = \\boxed{16}.", "16"],
    ["first \\boxed{1}, then \\boxed{2}", "2"],
    ["\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"],
    ["\\boxed{ \\{1, 2\\} }", "\\{1, 2\\}"],
    ["\\boxed{\\boxed{3}}", "3"],
    ["\\boxed{4} and a cut \\boxed{\\frac{1}{", "4"],
    ["\\boxed{}", ""],
    ["\\boxed 5", null],
    ["no box", null],
    ["", null],
  ];
  for (const [text, expected] of cases) it(JSON.stringify(text), () => assert.equal(lastBoxed(text), expected));

  it("survives any text", () => {
    const fragment = fc.constantFrom("\\boxed{", "{", "}", "\\", "a", "\n");
    fc.assert(fc.property(fc.array(fragment).map((parts) => parts.join("")), (text) => {
      const found = lastBoxed(text);
      assert.ok(found === null || text.includes(found));
    }));
  });
});
