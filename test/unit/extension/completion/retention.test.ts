import assert from "node:assert/strict";

import fc from "fast-check";

import { retainedCharacters, TextSpan, visibleCharacters } from "../../../../extension/completion/retention.ts";

describe("retained characters", () => {
  const cases: readonly [accepted: string, current: string, retained: number][] = [
    ["a + b", "a + b", 3], ["a + b", "", 0], ["total = a", "total = b", 6], ["f(x)\n  g(y)", "f(x)", 4],
    ["return value", "return other_value", 6], ["a b c", "c b a", 1],
  ];
  for (const [accepted, current, retained] of cases) {
    it(`${JSON.stringify(accepted)} in ${JSON.stringify(current)}: ${retained}`, () => assert.equal(retainedCharacters(accepted, current), retained));
  }
  it("all of a text is retained in itself with text around it", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 12 }).map((parts) => parts.join(" "));
    fc.assert(fc.property(words, words, words, (before, text, after) => {
      assert.equal(retainedCharacters(text, `${before} ${text} ${after}`), visibleCharacters(text));
    }));
  });
});

describe("a span", () => {
  it("stays on its text through edits around it", () => {
    const edit = fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(5), text: fc.stringMatching(/^[a-z]{0,6}$/), behind: fc.boolean() });
    fc.assert(fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      let before = "some text before ";
      let after = " some text after";
      const span = new TextSpan(before.length, before.length + "<kept>".length);
      for (const { share, removed, text, behind } of edits) {
        const part = behind ? after : before;
        const start = Math.floor(share * part.length);
        const gone = Math.min(removed, part.length - start);
        if (gone === 0 && text === "") continue;
        const changed = part.slice(0, start) + text + part.slice(start + gone);
        span.apply({ offset: behind ? before.length + "<kept>".length + start : start, removed: gone, inserted: text.length });
        if (behind) after = changed;
        else before = changed;
      }
      assert.equal((`${before}<kept>${after}`).slice(span.start, span.end), "<kept>");
    }));
  });

  it("grows and shrinks with edits in it", () => {
    const span = new TextSpan(10, 20);
    span.apply({ offset: 12, removed: 3, inserted: 5 });
    assert.deepEqual([span.start, span.end], [10, 22]);
    span.apply({ offset: 8, removed: 6, inserted: 1 });
    assert.deepEqual([span.start, span.end], [8, 17]);
    span.apply({ offset: 15, removed: 10, inserted: 0 });
    assert.deepEqual([span.start, span.end], [8, 15]);
  });
});
