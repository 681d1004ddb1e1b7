import assert from "node:assert/strict";

import fc from "fast-check";

import { replacedLength } from "../../../../extension/completion/replace-range.ts";

const CASES: readonly [text: string, rest: string, replaced: number][] = [
  ["a)", ")", 1], ["a", ")", 0], ["f(a)", ")", 0], ["f(a))", ")", 1], ["a)", "))", 1], ["a))", "))", 2],
  ["a]", ")", 0], ["a)];", ")];", 3], ["a);", ")", 1], ["a, b):", "):", 2], ['a")', '")', 2], ["it's", '"', 0],
  ["'a')", ")", 1], ['x", "y")', '")', 2], ["\n  a\n}", "}", 1], ["a) {", ") {", 1], ["a;", ";", 1], ["a", "", 0], ["a)", " )", 2], ['\\")"', '"', 1],
];

describe("replace range", () => {
  for (const [text, rest, replaced] of CASES) {
    it(`${JSON.stringify(text)} before ${JSON.stringify(rest)} replaces ${replaced}`, () => assert.equal(replacedLength(text, rest), replaced));
  }

  it("replaces only what the text has in the same order, as the editor needs it", () => {
    const chars = fc.array(fc.constantFrom("(", ")", "[", "]", "{", "}", '"', "'", ";", ",", "a", " ", "\\"), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(fc.property(chars, chars, (text, rest) => {
      let at = 0;
      for (const char of rest.slice(0, replacedLength(text, rest)).replace(/\s/g, "")) {
        at = text.indexOf(char, at) + 1;
        assert.notEqual(at, 0);
      }
    }));
  });
});
