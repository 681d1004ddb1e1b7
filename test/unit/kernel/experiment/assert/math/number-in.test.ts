import assert from "node:assert/strict";
import { numberIn } from "../../../../../../kernel/experiment/assert/math/number-in.ts";

describe("numberIn", () => {
  const cases: Array<[text: string, expected: number | null]> = [
    ["16", 16], ["-3.5", -3.5], ["+2", 2], ["−4", -4], [".5", 0.5], ["2.", 2], ["1,234,567", 1234567], ["1{,}234", 1234], ["\\frac{1}{2}", 0.5], ["-\\dfrac{3}{4}", -0.75],
    ["3/4", 0.75], ["-1/8", -0.125], ["x = 16", 16], ["f(3)=16", 16], ["50\\%", 0.5], ["\\text{ 7 }", 7], ["$8$", 8], ["1.2 \\times 10^{3}", 1200], ["5 \\cdot 10^-1", 0.5], ["16 apples", 16], ["\\sqrt{16}", 4],
    ["1/0", null], ["", null], ["x", null], ["1, 2", null], ["0x10", null], ["Infinity", null], ["1.2.3", null], ["(1,2)", null], ["\\infty", null], ["yes", null],
  ];
  for (const [text, expected] of cases) it(JSON.stringify(text), () => assert.equal(numberIn(text), expected));
});
