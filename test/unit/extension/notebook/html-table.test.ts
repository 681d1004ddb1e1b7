import assert from "node:assert/strict";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { markdownTables } from "../../../../extension/notebook/html-table.ts";
import { tableOutput } from "../../../../kernel/display/table.ts";

const markdown = new MarkdownIt({ html: true, breaks: false });

describe("result table as Markdown", () => {
  it("keeps alignment, text and notes", () => {
    const { data } = tableOutput({ columns: [{ label: "metric", align: "left" }, { label: "n", align: "right" }], rows: [["speed (tok/s)", "5"], ["a|b", "line\nbreak"]], notes: ["5 of 5 runs finished.", "Intervals: 95 %."] });
    assert.equal(markdownTables(String(data["text/html"])), [
      "| metric | n |", "| --- | ---: |", "| speed (tok/s) | 5 |", "| a\\|b | line<br>break |", "", "5 of 5 runs finished.  ", "Intervals: 95 %.",
    ].join("\n"));
  });

  it("finds none where there is none", () => {
    assert.equal(markdownTables("<div>quiet line</div>"), null);
    assert.equal(markdownTables(""), null);
    assert.equal(markdownTables("<table></table>"), null);
  });

  it("74: shows any text of a model as that text: no script, link, image or mathematics", () => {
    const hostile = '<script>alert(1)</script> [x](command:y) ![i](https://evil/a.png) `code` **b** $x$ <img src=x> &lt;b&gt; ~~s~~';
    const { data } = tableOutput({ columns: [{ label: "answer", align: "left" }], rows: [[hostile]] });
    const html = markdown.render(markdownTables(String(data["text/html"])) ?? "");
    assert.doesNotMatch(html, /<(script|a|img|code|strong|s|em|b)[ >]/);
    assert.equal(/<td[^>]*>(.*?)<\/td>/s.exec(html)?.[1], markdown.utils.escapeHtml(hostile));
  });

  it("brings every cell's text through Markdown unchanged", () => {
    fc.assert(fc.property(fc.string({ maxLength: 30 }).filter((text) => /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)), (text) => {
      const { data } = tableOutput({ columns: [{ label: "x", align: "left" }], rows: [[text]] });
      const html = markdown.render(markdownTables(String(data["text/html"])) ?? "");
      assert.equal(/<td[^>]*>(.*?)<\/td>/s.exec(html)?.[1], markdown.utils.escapeHtml(text));
    }));
  });
});
