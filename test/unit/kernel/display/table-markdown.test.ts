import assert from "node:assert/strict";
import { tableMarkdown } from "../../../../kernel/display/table-markdown.ts";

describe("a table in Markdown", () => {
  const table = { caption: "A | B", columns: [{ label: "name", align: "left" as const }, { label: "n", align: "right" as const }], rows: [["a|b\nc", "1"], ["<img src=x>&amp; `x` *y*"], ["---"]], notes: ["Note: [x](y)"] };

  it("has a line for each row, and a rule that tells sides", () => {
    assert.deepEqual(tableMarkdown(table).split("\n"), [
      "**A \\| B**", "", "| name | n |", "| --- | ---: |", "| a\\|b<br>c | 1 |", "| &lt;img src=x\\>&amp;amp; \\`x\\` \\*y\\* |  |", "| --- |  |", "", "Note: \\[x\\](y)  ",
    ]);
  });
  it("without caption and notes is the table alone", () => assert.equal(tableMarkdown({ columns: table.columns, rows: [] }), "| name | n |\n| --- | ---: |"));
});
