import assert from "node:assert/strict";
import fc from "fast-check";

import { fromText, type TextCell, toText } from "../../../../kernel/export/text-form.ts";

const code = (source: string, ...tags: string[]): TextCell => ({ type: "code", source, tags });
const markdown = (source: string, ...tags: string[]): TextCell => ({ type: "markdown", source, tags });

describe("text form of a notebook", () => {
  it("reads as Markdown", () => {
    assert.equal(toText([markdown("# Title\n\nText."), markdown("More."), code("---\nseed: 1\n---\nHi ```x```", "parameters")]),
      "<!-- retort 1 -->\n\n# Title\n\nText.\n\n<!-- cell -->\n\nMore.\n\n````retort tags=parameters\n---\nseed: 1\n---\nHi ```x```\n````\n");
  });

  it("gives the same cells again, whatever they hold", () => {
    const piece = fc.constantFrom("```retort", "```", "````", "<!-- cell -->", "<!-- retort 1 -->", "", " ", "\t", "text", "# head", "```retort-markdown tags=a", "a\rb", "\r", "é🦊", "{{ x }}");
    const source = fc.oneof(fc.array(piece, { maxLength: 8 }).map((lines) => lines.join("\n")), fc.string({ unit: "binary", maxLength: 40 }));
    const cell = fc.record({ type: fc.constantFrom("code" as const, "markdown" as const, "raw" as const), source, tags: fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), { maxLength: 2 }) }, { noNullPrototype: true });
    fc.assert(fc.property(fc.array(cell, { maxLength: 6 }), (cells) => {
      assert.deepEqual(fromText(toText(cells)), cells);
    }), { numRuns: 500 });
  });

  it("reads a file whose lines all end in Windows' way, and one with a byte order mark", () => {
    const cells = [markdown("a\n\nb"), code("x\ny")];
    assert.deepEqual(fromText(toText(cells).replaceAll("\n", "\r\n")), cells);
    assert.deepEqual(fromText(`\uFEFF${toText(cells)}`), cells);
  });

  it("refuses other texts, and cells without an end", () => {
    assert.throws(() => fromText("# Just Markdown"), { code: "not_text_form" });
    assert.throws(() => fromText("<!-- retort 1 -->\n\n```retort\nHi"), { code: "text_form_unclosed" });
  });
});
