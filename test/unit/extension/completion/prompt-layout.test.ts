import assert from "node:assert/strict";

import fc from "fast-check";

import { LAYOUT_LIMITS, layoutPrompt } from "../../../../extension/completion/prompt-layout.ts";
import { afterTyping } from "../../../../extension/completion/document-view.ts";
import { viewOf } from "../../../helpers/completion-scene.ts";

const lines = (n: number, text = "some_line = value"): string => Array.from({ length: n }, (_, i) => `${text}${i}\n`).join("");

describe("prompt layout", () => {
  it("puts whole lines above, the typed part and what follows apart", () => {
    assert.deepEqual(layoutPrompt(viewOf("a\nb\n  c|d\ne")), { prefix: "a\nb\n", typed: "  c", suffix: "d\ne" });
  });

  it("leaves closing characters behind the cursor out", () => {
    assert.equal(layoutPrompt(viewOf('f("|");\nnext')).suffix, "\nnext");
    assert.equal(layoutPrompt(viewOf("f(|, a)\nnext")).suffix, ", a)\nnext");
  });

  it("changes only the typed part while one line is typed, whatever the editor closes", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 600 }), fc.stringMatching(/^[a-z (]{1,30}$/), (above, typed) => {
      const view = viewOf(`${lines(above)}|\nbelow\n`);
      const before = layoutPrompt(view);
      const closed = [...typed].filter((char) => char === "(").map(() => ")").join("");
      const after = afterTyping(view, typed);
      assert.deepEqual(layoutPrompt({ ...after, after: closed + after.after }), { ...before, typed });
    }), { numRuns: 50 });
  });

  it("keeps to the limits, and its window begins at a line", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 80 }), (n, width) => {
      const { prefix, suffix } = layoutPrompt(viewOf(`${lines(n, "x".repeat(width))}|\n${lines(n)}`));
      assert.ok(prefix.length <= LAYOUT_LIMITS.prefixChars && prefix.split("\n").length - 1 <= LAYOUT_LIMITS.prefixLines);
      assert.ok(suffix.length <= LAYOUT_LIMITS.suffixChars && suffix.split("\n").length <= LAYOUT_LIMITS.suffixLines + 1);
      assert.ok(prefix === "" || prefix.startsWith("x"));
    }), { numRuns: 50 });
  });

  it("moves the window's start in steps, not with every line", () => {
    const starts = new Set<number>();
    for (let n = 0; n < 640; n++) starts.add(n - layoutPrompt(viewOf(`${lines(n, "")}|`)).prefix.split("\n").length);
    assert.ok(starts.size <= 640 / LAYOUT_LIMITS.stepLines + 2, `${starts.size} starts`);
  });

  it("cuts a line that is too long, in steps as well", () => {
    const typed = layoutPrompt(viewOf(`${"x".repeat(10_000)}|`)).typed;
    assert.ok(typed.length <= LAYOUT_LIMITS.typedChars && typed.length > 0);
    assert.equal(layoutPrompt(viewOf(`${"x".repeat(10_001)}|`)).typed, `${typed}x`);
  });

  it("cuts a line below that is too long", () => {
    assert.equal(layoutPrompt(viewOf(`|${"x".repeat(10_000)}`)).suffix.length, LAYOUT_LIMITS.suffixChars);
  });
});
