import assert from "node:assert/strict";
import fc from "fast-check";
import { inertMarkdown } from "../../../../kernel/display/inert-markdown.ts";

describe("inertMarkdown", () => {
  const kept = [
    "# Title\n\nSome *text*, **bold**, a list:\n\n- a\n- b\n\n> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "A [link](https://example.org/a?b=c) and [mail](mailto:a@example.org) and [part](#part).",
    "Use `x` and `a == b`.",
    "Inline $x^2$ and display $$\nx^2\n$$ and prices of $5 and $6.",
    "```python\nif a < b:\n    print('<b>', '![a](b)')\n```",
  ];
  for (const text of kept) it(`keeps ${JSON.stringify(text)}`, () => assert.equal(inertMarkdown(text), text));

  const changed: Array<[title: string, text: string, expected: string]> = [
    ["fault 51: HTML", "<script>alert(1)</script>", "&#60;script>alert(1)&#60;/script>"],
    ["fault 51: a remote image becomes a link to click", "![a](https://evil.example/x.png)", "&#33;[a](https://evil.example/x.png)"],
    ["fault 51: javascript: link", "[a](javascript:alert(1))", "[a]&#40;javascript:alert(1))"],
    ["fault 51: command: link", "[a](command:workbench.action.quit)", "[a]&#40;command:workbench.action.quit)"],
    ["fault 51: data: link", "[a](data:text/html,x)", "[a]&#40;data:text/html,x)"],
    ["fault 51: link with an entity for a colon", "[a](javascript&colon;x)", "[a]&#40;javascript&colon;x)"],
    ["fault 51: link in angle brackets", "[a](<javascript:x>)", "[a]&#40;&#60;javascript:x>)"],
    ["fault 51: link after a line break", "[a](\njavascript:x)", "[a]&#40;\njavascript:x)"],
    ["fault 51: reference definition", "[a]\n\n[a]: javascript:x", "[a]\n\n[a]&#58; javascript:x"],
    ["fault 51: HTML that only looks like code", "\\`<img src=x>\\`", "\\<code>&#60;img src&#61;x&#62;&#92;</code>"],
    ["fault 51: terminal codes", "\u001b[31mred\u001b[0m", "red"],
    ["code with angle brackets stays code", "`vector<int>`", "<code>vector&#60;int&#62;</code>"],
    ["TeX brackets become dollars", "So \\( x \\) and\n\\[\nx < y\n\\]", "So $x$ and\n$$\nx \\lt  y\n$$"],
    ["fault 51: a fence in a formula", "\\[\n\n~~~```\\]", "$$\n\n~ ~~` ``$$"],
    ["a block that never ends is closed", "```js\nlet a", "```js\nlet a\n```"],
    ["a block in a list moves to the margin", "1. do\n   ```js\n   if (a)\n     b()\n   ```\n2. then", "1. do\n```js\nif (a)\n  b()\n```\n2. then"],
    ["a block behind a list marker", "- ```js\n  a\n  ```", "-\n```js\na\n```"],
    ["a block with a fence in it", "````\n```\n````", "````\n```\n````"],
    ["a block of tildes", "~~~\n```\n<b>\n~~~", "````\n```\n<b>\n````"],
    ["an odd language name", "```js <img>\na\n```", "```js\na\n```"],
  ];
  for (const [title, text, expected] of changed) it(title, () => assert.equal(inertMarkdown(text), expected));

  it("fault 51: outside code blocks no HTML but our own, no image, no other scheme", () => {
    const fragment = fc.constantFrom(
      "<img src=http://e/x>", "![a](http://e/x)", "[a](javascript:x)", "[a]: command:x", "[a](http://ok)", "[a]", "](", "]:", "```", "~~~", "- ```js", "   ```", "    ```",
      "> ```", "- ", "1. ", "\n", "\n\n", "`", "``", "$", "$$", "\\(", "\\)", "\\[", "\\]", "\\", "<", "!", "[", "&lt;", "<!--", "x", " ", "\u001b[1m",
    );
    fc.assert(fc.property(fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join("")), (text) => {
      const outside = withoutBlocks(inertMarkdown(text));
      assert.doesNotMatch(outside.replace(/<\/?code>/g, ""), /<|!\[|\]:|\u001b/);
      assert.doesNotMatch(outside, /\]\((?![ \t]*(?:https?:\/\/|mailto:|#))/);
      assert.doesNotMatch(outside, /^\s*(?:`{3,}|~{3,})/m);
    }), { numRuns: 500 });
  });

  it("fault 51: a megabyte of anything ends, and does not blow up", () => {
    for (const text of ["<".repeat(1e6), "`".repeat(1e6), "[".repeat(1e6), "x".repeat(1e6), "```\n".repeat(1e5), "\u001b]".repeat(2e5)]) {
      assert.ok(inertMarkdown(text).length <= 6 * text.length);
    }
  });
});

/** Drops blocks whose fence stands at the margin and is closed by the same fence, as every renderer does. */
function withoutBlocks(markdown: string): string {
  const result: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split("\n")) {
    const marks = /^(`{3,})/.exec(line)?.[1];
    if (fence === null && marks !== undefined) fence = marks;
    else if (fence !== null && line === fence) fence = null;
    else if (fence === null) result.push(line);
  }
  assert.equal(fence, null, "every block is closed");
  return result.join("\n");
}
