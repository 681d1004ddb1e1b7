import assert from "node:assert/strict";

import fc from "fast-check";

import { fitContext } from "../../../../../extension/explain/context/context-budget.ts";
import type { CountedPart, PartKind } from "../../../../../extension/explain/context/context-part.ts";
import { describeContext } from "../../../../../extension/explain/context/describe-context.ts";
import { english } from "../../../../../extension/host/translate.ts";

/** One token is four characters here. */
function part(kind: PartKind, label: string, tokens: number, trim: CountedPart["trim"] = "end"): CountedPart {
  const text = Array.from({ length: Math.ceil((tokens * 4) / 8) }, (_, i) => `${String(i).padStart(7, "x")}\n`).join("");
  return { kind, label, text, language: "python", trim, tokens };
}

describe("fitContext", () => {
  const selection = part("subject", "selection", 100);
  const messages = part("diagnostics", "messages", 30);
  const around = part("function", "function parse", 300, "middle");
  const one = part("signature", "signature of load", 20, "none");
  const two = part("signature", "signature of save", 20, "none");
  const imports = part("imports", "imports", 40);

  for (const [budget, kept, cut, left] of [
    [1000, "selection,messages,function parse,signature of load,signature of save,imports", "", ""],
    [500, "selection,messages,function parse,signature of load", "", "signature of save,imports"],
    [400, "selection,messages,function parse", "function parse", "signature of load,signature of save,imports"],
    [200, "selection,messages,function parse", "function parse", "signature of load,signature of save,imports"],
    [160, "selection,messages", "", "function parse,signature of load,signature of save,imports"],
    [100, "selection", "selection", "messages,function parse,signature of load,signature of save,imports"],
    [20, "", "", "selection,messages,function parse,signature of load,signature of save,imports"],
  ] as const) {
    it(`keeps ${kept === "" ? "nothing" : kept} within ${budget} tokens`, () => {
      // Given in the wrong order: the ranking decides.
      const fitted = fitContext([imports, two, one, around, messages, selection].sort((a, b) => a.label.localeCompare(b.label)), budget);
      assert.equal(fitted.parts.map(({ label }) => label).join(), kept);
      assert.equal(fitted.cut.join(), cut);
      assert.equal(fitted.left.join(), left);
      assert.ok(fitted.used <= budget, `${fitted.used} of ${budget}`);
    });
  }

  it("never goes beyond the budget, and never leaves the first part out while there is room for it", () => {
    const kinds: PartKind[] = ["subject", "diagnostics", "function", "signature", "imports", "outline"];
    const parts = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 500 }), fc.constantFrom("end", "start", "middle", "none")), { maxLength: 12 });
    fc.assert(fc.property(parts, fc.integer({ min: 0, max: 2000 }), (given, budget) => {
      const fitted = fitContext(given.map(([kind, tokens, trim], i) => part(kind, `part ${i}`, tokens, trim)), budget);
      assert.ok(fitted.used <= budget);
      assert.equal(fitted.parts.length + fitted.left.length, given.length);
      if (budget >= 600 && given.length > 0) assert.ok(fitted.parts.length > 0);
    }));
  });

  it("leaves empty parts out without a word", () => {
    assert.deepEqual(fitContext([{ ...messages, text: " \n" }], 100), { parts: [], cut: [], left: [], used: 0, budget: 100 });
  });
});

describe("describeContext", () => {
  it("tells in one line what is sent", () => {
    const fitted = fitContext([part("subject", "selection", 200), part("function", "function parse", 300, "middle"), part("signature", "signature of a", 20, "none"), part("signature", "signature of b", 20, "none")], 3000);
    assert.equal(describeContext(fitted, english), "588 of 3,000 tokens: selection, function parse, 2 signatures");
  });

  it("tells what was shortened and left out", () => {
    const fitted = fitContext([part("subject", "file", 900), part("signature", "signature of a", 200, "none")], 500);
    assert.match(describeContext(fitted, english), /^\d+ of 500 tokens: file \(shortened\) · left out: signature of a$/);
  });

  it("uses the user's language", () => {
    const fitted = fitContext([part("subject", "selection", 1200)], 3000);
    assert.equal(describeContext(fitted, (message, ...values) => (message === "selection" ? "所选代码" : english(message, ...values)), "de"), "1.212 of 3.000 tokens: 所选代码");
  });
});
