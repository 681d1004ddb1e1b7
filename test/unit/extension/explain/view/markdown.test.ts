import assert from "node:assert/strict";

import fc from "fast-check";

import { renderBlocks } from "../../../../../extension/explain/view/markdown.ts";

const html = (text: string): string => renderBlocks(text).map((block) => block.html).join("");
const codeBlocks = (text: string): string[] => renderBlocks(text).flatMap(({ code }) => (code === undefined ? [] : [code]));
/** Every tag and attribute that may be in rendered text. */
const ALLOWED = /^<\/?(?:p|br|hr|h[1-6]|em|strong|s|ul|li|blockquote|pre|table|thead|tbody|tr|span|code|ol|th|td|a)(?: (?:class|start|style|href|title|rel)="[^"<>]*")*\s*\/?>$/;

function assertInert(text: string): void {
  const rendered = html(text);
  for (const [tag] of rendered.matchAll(/<[^>]*>/g)) {
    assert.match(tag, ALLOWED);
    assert.ok(!/\sstyle="(?!text-align:)/.test(tag), tag);
    const href = /href="([^"]*)"/.exec(tag)?.[1];
    if (href !== undefined) assert.match(href, /^https?:\/\//i);
  }
}

describe("rendered answers are inert", () => {
  for (const text of [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](https://tracker.example/p.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](command:workbench.action.terminal.new)",
    "[x](vscode://file/etc/passwd)",
    "[x](file:///etc/passwd)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//evil.example)",
    "[x](relative/path)",
    "[]() [x](<>)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "<https://good.example> <javascript:alert(1)>",
    "[a](https://x.example/\"onmouseover=\"alert(1))",
    "[a](https://x.example 'title\"><script>alert(1)</script>')",
    "```html\"><script>alert(1)</script>\n<b>x</b>\n```",
    "```<img src=x>\n",
    "| a |\n|---|\n| <svg onload=alert(1)> |",
    "<style>@import 'https://x.example'</style>",
    "<iframe src=\"https://x.example\"></iframe>",
    "`<b>`",
    "> <object data=x>",
    "1. <form action=x><input autofocus onfocus=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u0000<script\u0000>alert(1)</script>",
  ]) it(JSON.stringify(text), () => assertInert(text));

  it("whatever is generated", () => {
    const pieces = fc.constantFrom("<", ">", "\"", "'", "&", "[", "]", "(", ")", "!", "`", "```", "\n", "javascript:", "https://", "command:", "script", "onerror=", "x", " ", "*", "_", "|", "-", "#", "&#58;", "\t");
    fc.assert(fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => assertInert(parts.join(""))), { numRuns: 400 });
  });

  it("shows images as text", () => assert.equal(html("![pixel](https://t.example/p.png)"), "<p><span class=\"image\">[pixel] (https://t.example/p.png)</span></p>\n"));
  it("shows where a link leads", () => {
    assert.equal(html("[docs](https://a.example/x)"), "<p><a href=\"https://a.example/x\" title=\"https://a.example/x\" rel=\"noreferrer\">docs</a> <span class=\"address\">(https://a.example/x)</span></p>\n");
    assert.ok(!html("<https://a.example/>").includes("address"));
  });
  it("leaves a refused link as its source", () => assert.equal(html("[x](javascript:alert(1))"), "<p>[x](javascript:alert(1))</p>\n"));
});

describe("renderBlocks", () => {
  it("cuts an answer into its blocks", () => {
    const blocks = renderBlocks("Text.\n\n- a\n- b\n\n```py\nx = 1\n```\n\nEnd");
    assert.deepEqual(blocks.map(({ html: text }) => text.slice(0, 4)), ["<p>T", "<ul>", "<pre", "<p>E"]);
    assert.deepEqual(blocks.map(({ code }) => code), [undefined, undefined, "x = 1\n", undefined]);
  });

  it("shows a fence that is still open as code", () => {
    assert.deepEqual(codeBlocks("```py\nx = 1\ny"), ["x = 1\ny"]);
    assert.deepEqual(codeBlocks("```"), [""]);
  });

  it("changes only the last blocks while text arrives", () => {
    const text = "# Title\n\nA paragraph with *some* words.\n\n```ts\nconst a = 1;\nconst b = 2;\n```\n\n1. one\n2. two\n\nThe end.";
    let before = renderBlocks("");
    for (let length = 1; length <= text.length; length++) {
      const now = renderBlocks(text.slice(0, length));
      const same = now.findIndex((block, i) => before[i]?.html !== block.html);
      assert.ok(same < 0 || same >= before.length - 1, `block ${same} of ${before.length} changed at ${length}`);
      before = now;
    }
  });

  for (const [what, text] of [
    ["a line of a megabyte", "x".repeat(1_000_000)],
    ["a megabyte of brackets", "[".repeat(1_000_000)],
    ["a megabyte of stars", "*a ".repeat(350_000)],
    ["a megabyte of quotes", "> ".repeat(500_000)],
    ["a megabyte of backticks", "`a``b".repeat(200_000)],
    ["many lines", "- a\n".repeat(250_000)],
  ] as const) {
    // A parser with quadratic time would take minutes; the limit leaves room for a busy machine.
    it(`does not get lost in ${what}`, function () {
      this.timeout(30_000);
      const started = performance.now();
      const rendered = html(text);
      assert.ok(performance.now() - started < 20_000, `${(performance.now() - started).toFixed(0)} ms`);
      assert.ok(rendered.length < 1_000_000, `${rendered.length} characters`);
    });
  }
});
