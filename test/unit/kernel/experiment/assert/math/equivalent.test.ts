import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { equivalent } from "../../../../../../kernel/experiment/assert/math/equivalent.ts";

interface Golden {
  same: Array<[string, string]>;
  different: Array<[string, string]>;
}

const golden = JSON.parse(readFileSync(new URL("../../../../../fixtures/assert/boxed.json", import.meta.url), "utf8")) as Golden;

describe("equivalent answers", () => {
  for (const [a, b] of golden.same) it(`${a} is ${b}`, () => assert.deepEqual([equivalent(a, b), equivalent(b, a)], [true, true]));
  for (const [a, b] of golden.different) it(`${a} is not ${b}`, () => assert.deepEqual([equivalent(a, b), equivalent(b, a)], [false, false]));

  it("takes a relative tolerance", () => {
    assert.equal(equivalent("3.14159", "\\pi", 1e-5), true);
    assert.equal(equivalent("3.14", "\\pi", 1e-5), false);
    assert.equal(equivalent("1/3", "0.333", 0.01), true);
  });

  it("never throws, and is reflexive", () => {
    const part = fc.constantFrom("1", "x", "16", "\\frac", "{", "}", "(", ")", "[", "]", "\\sqrt", "+", "-", "^", "_", ",", "\\{", "\\}", "=", "\\pi", "\\pm", "\\cup", "e", "|", "\\begin{pmatrix}", "\\end{pmatrix}", "&", "\\\\", "%", "\\text{a}", " ", "!", "9", "and", "\\log", "😀", "°", ":");
    fc.assert(fc.property(fc.array(part, { maxLength: 14 }), fc.array(part, { maxLength: 14 }), (left, right) => {
      equivalent(left.join(""), right.join(""));
      assert.equal(equivalent(left.join(""), left.join("")), true);
    }), { numRuns: 2000 });
  });

  for (const [title, text] of [
    ["a tower of powers", "9^{9^{9^{9^9}}}"], ["a huge exponent", "10^{999999999999}"], ["a huge literal exponent", "1e999999999"], ["factorials of factorials", "((99!)!)!"], ["very deep brackets", "(".repeat(900)], ["closed deep brackets", "(".repeat(900) + "1" + ")".repeat(900)],
    ["a very long number", "9".repeat(1900)], ["many terms", "x+".repeat(900) + "1"], ["many roots", "\\sqrt".repeat(300)], ["many exponents", "2^".repeat(900) + "2"], ["a hundred kilobytes", "1+".repeat(50_000) + "1"], ["many plus-minus", "\\pm 1,".repeat(300)],
  ] as const) {
    it(`fault 51: ${title} costs no time`, () => {
      const started = performance.now();
      equivalent(text, `1+${text}`);
      assert.ok(performance.now() - started < 1000);
    });
  }
});
