import assert from "node:assert/strict";

import fc from "fast-check";

import { filterSuggestion } from "../../../../../extension/completion/filters/pipeline.ts";
import { viewOf } from "../../../../helpers/completion-scene.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter pipeline", filterSuggestion, [
  ["several filters in turn", "def f():\n    |\n", "    x = 1   \n    x_is(x)\nprint(f())\n", "x = 1   \n    x_is(x)"],
  ["the first reason is told", "x = |\n", "\n \n", "(empty)"],
  ["a cut to nothing has the cutter's reason", "print(x)|\n", ")", "(scope)"],
]);

describe("filter pipeline, for any text", () => {
  const text = fc.array(fc.constantFrom("a", "foo(x)", "\n", "    ", "}", "{", "(", ")", ";", "\"", "\r\n", "\t", " ", "return"), { maxLength: 30 }).map((parts) => parts.join(""));
  const place = (before: string, after: string): Parameters<typeof filterSuggestion>[1] => ({ view: { ...viewOf("|", "javascript"), before, after }, maxLines: 3, minLength: 3 });

  it("never shows white space, trailing lines, carriage returns or too many lines", () => {
    fc.assert(fc.property(text, text, text, (before, after, model) => {
      const result = filterSuggestion(model, place(before.replaceAll("\r", ""), after.replaceAll("\r", "")));
      if ("reason" in result) return;
      assert.ok(result.text.trim().length >= 1);
      assert.doesNotMatch(result.text, /\r|\n\s*$/);
      assert.ok(result.text.split("\n").filter((line) => line.trim() !== "").length <= 3);
    }));
  });

  it("is the same twice: what is shown would be shown again", () => {
    fc.assert(fc.property(text, (model) => {
      const once = filterSuggestion(model, place("function f() {\n  ", "\n"));
      if ("reason" in once) return;
      assert.deepEqual(filterSuggestion(once.text, place("function f() {\n  ", "\n")), once);
    }));
  });
});
