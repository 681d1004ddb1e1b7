import assert from "node:assert/strict";
import MarkdownIt from "markdown-it";
import { promptPage, readRenderedPrompt } from "../../../../extension/notebook/prompt-page.ts";

describe("page of a rendered prompt", () => {
  it("shows every message under its role", () => {
    const page = promptPage("Prompt of cell 2", ["12 tokens."], { messages: [{ role: "system", content: "Be brief." }, { role: "user", content: "Hi" }], model: null, tokens: 12 });
    assert.equal(page, "# Prompt of cell 2\n\n12 tokens.\n\n## system\n\n```text\nBe brief.\n```\n\n## user\n\n```text\nHi\n```\n");
  });

  it("74: keeps text inside its fence, whatever fences it has itself", () => {
    const content = "```\n</code>\n[x](command:y)\n````\n<img src=x>";
    const html = new MarkdownIt({ html: true }).render(promptPage("t", [], { messages: [{ role: "user", content }], model: null, tokens: null }));
    assert.doesNotMatch(html, /<a |<img/);
    assert.ok(html.includes("[x](command:y)\n````\n&lt;img src=x&gt;"));
  });

  it("takes only what is a prompt", () => {
    assert.deepEqual(readRenderedPrompt({ messages: [{ role: "user", content: "x" }], model: "m", tokens: 3 }), { messages: [{ role: "user", content: "x" }], model: "m", tokens: 3 });
    for (const value of [undefined, null, 1, "x", {}, { messages: "x" }]) assert.equal(readRenderedPrompt(value), null);
  });
});
