import assert from "node:assert/strict";
import { cellText, headline, outputText } from "../../../../kernel/cli/terminal-output.ts";

describe("terminal output", () => {
  it("shows plain text of a bundle before Markdown, and names what it cannot show", () => {
    const show = (data: Record<string, string>): string => outputText({ output_type: "display_data", data, metadata: {} });
    assert.equal(show({ "text/html": "<b>x</b>", "text/plain": "x" }), "x");
    assert.equal(show({ "text/markdown": "**x**" }), "**x**");
    assert.equal(show({ "image/png": "iVBO" }), "[image/png]");
  });

  it("joins lists of lines", () => {
    assert.equal(outputText({ output_type: "stream", name: "stdout", text: ["a\n", "b"] }), "a\nb");
  });

  it("shows an error with its traceback", () => {
    assert.equal(outputText({ output_type: "error", ename: "E", evalue: "v", traceback: ["E: v", "hint"] }), "E: v\nhint");
  });

  it("indents, and cuts long output in the middle", () => {
    const text = cellText([{ output_type: "stream", name: "stdout", text: Array.from({ length: 100 }, (_, i) => `line ${i}\n`) }]);
    assert.match(text, /^ {2}line 0\n/);
    assert.match(text, /… 40 lines …/);
    assert.match(text, /line 99$/);
  });

  it("takes the headline from the body, not the front matter", () => {
    assert.equal(headline("---\ntemperature: 0\n---\n\nWhy is the sky red?", 40), "Why is the sky red?");
    assert.equal(headline("%%js\n1 + 1", 40), "%%js");
    assert.equal(headline("a long line of text", 8), "a long …");
  });
});
