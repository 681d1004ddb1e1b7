import assert from "node:assert/strict";
import fc from "fast-check";
import { boxedNumber, lastBoxed } from "../../../../runtime/models/boxed.ts";

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

describe("boxedNumber", () => {
  const cases: Array<[boxed: string, expected: number | null]> = [
    ["16", 16], ["-3.5", -3.5], ["+2", 2], ["−4", -4], [".5", 0.5], ["2.", 2],
    ["1,234,567", 1234567], ["1{,}234", 1234], ["\\frac{1}{2}", 0.5], ["-\\dfrac{3}{4}", -0.75], ["3/4", 0.75], ["-1/8", -0.125],
    ["x = 16", 16], ["f(3)=16", 16], ["50\\%", 50], ["\\text{ 7 }", 7], ["$8$", 8], ["1.2 \\times 10^{3}", 1200], ["5 \\cdot 10^-1", 0.5],
    ["1/0", null], ["", null], ["x", null], ["16 apples", null], ["1, 2", null], ["0x10", null], ["Infinity", null], ["1.2.3", null], ["(1,2)", null],
  ];
  for (const [boxed, expected] of cases) it(JSON.stringify(boxed), () => assert.equal(boxedNumber(boxed), expected));
});
