import assert from "node:assert/strict";

import fc from "fast-check";

import { highlighted } from "../../../../runtime/chat-page/highlight.ts";
import { renderBlocks } from "../../../../runtime/chat-page/markdown.ts";
import { formulaAt } from "../../../../runtime/chat-page/math-rules.ts";

const html = (text: string): string => renderBlocks(text).map((block) => block.html).join("");
const HTML_TAGS = "p|br|hr|h[1-6]|em|strong|s|ul|li|blockquote|pre|table|thead|tbody|tr|span|code|ol|th|td|a";
const MATHML_TAGS = "math|m[a-z]+|semantics|annotation";
const ATTRIBUTES = "class|start|href|title|rel|data-style|data-language|display|xmlns|encoding|stretchy|fence|form|separator|largeop|movablelimits|accent|accentunder|mathvariant|mathcolor|mathbackground|scriptlevel|displaystyle|linebreak|lspace|rspace|width|height|depth|voffset|linethickness|columnalign|rowspacing|columnspacing|columnlines|rowlines|frame|minsize|maxsize|symmetric|notation|columnspan|rowspan|align|side|bevelled|dir|mathsize|id|tabindex";
const ALLOWED = new RegExp(`^</?(?:${HTML_TAGS}|${MATHML_TAGS})(?: (?:${ATTRIBUTES})="[^"<>]*")*\\s*/?>$`);

function assertInert(text: string): void {
  for (const [tag] of html(text).matchAll(/<[^>]*>/g)) {
    assert.match(tag, ALLOWED);
    assert.ok(!/url\(|expression\(|@import/i.test(/data-style="([^"]*)"/.exec(tag)?.[1] ?? ""), tag);
    const href = /href="([^"]*)"/.exec(tag)?.[1];
    if (href !== undefined) assert.match(href, /^https?:\/\//i);
  }
}

describe("text on the chat page is inert", () => {
  for (const text of [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![p](https://t.example/p.png)", "[x](javascript:alert(1))",
    "$\\href{javascript:alert(1)}{x}$", "$\\url{javascript:alert(1)}$", "$$\\includegraphics{http://t.example/p.png}$$",
    "$\\class{evil}{x}$", "$\\style{background:url(http://t.example)}{x}$", "$\\data{a=b}{x}$", "$\\id{x}{y}$",
    "$\\text{<img src=x onerror=alert(1)>}$", "$\\color{red\" onclick=\"alert(1)}x$", "$\\color{url(http://t.example)}x$", "$\\textcolor{#f00;background:url(x)}{y}$",
    "$\\text{ style=\"x\" }$", "\\(<script>\\)", "\\[\n<svg onload=alert(1)>\n\\]", "$\\unknown{<b>}$", "$\\def\\a{\\a\\a}\\a$",
    "```js\" onclick=\"alert(1)\nx\n```", "```py\n'</code></pre><script>alert(1)</script>\n```", "```html\n<!--><script>alert(1)</script>\n```",
    "| a | b |\n|:-:|--:|\n| 1 | $x$ |", "\\(\\\\]\\)",
  ]) it(JSON.stringify(text), () => assertInert(text));

  it("whatever is generated", () => {
    const pieces = fc.constantFrom("<", ">", "\"", "'", "&", "$", "$$", "\\(", "\\)", "\\[", "\\]", "\\text{", "\\color{", "\\href{", "\\frac", "{", "}", "^", "_", "`", "```", "\n", "javascript:", "url(", "style=\"", "x", " ", "*", "|", "#", "\\");
    fc.assert(fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => assertInert(parts.join(""))), { numRuns: 300 });
  });

  it("leaves no style for the browser to refuse", () => assert.ok(!/ style=/.test(html("|a|\n|:-:|\n|b|\n\n$$\\boxed{4}$$"))));
});

describe("formulas", () => {
  for (const [text, tex, display] of [
    ["$x^2$", "x^2", false], ["\\(a+b\\)", "a+b", false], ["$$x$$", "x", true], ["\\[ y \\]", "y", true], ["$\\$5$", "\\$5", false],
  ] as const) it(`finds ${text}`, () => assert.deepEqual(formulaAt(text, 0, text.length), { tex, display, end: text.length }));

  for (const text of ["$5 and $6", "$ x$", "$x $", "$x$5", "$", "$$", "$$$$", "\\(", "\\( \\)", "$a\nb$", "x$y$", `$${"a".repeat(5000)}$`]) {
    it(`finds none at the start of ${JSON.stringify(text.slice(0, 12))}`, () => assert.equal(formulaAt(text, 0, text.length), null));
  }

  for (const text of ["\\[\nx\n+ y\n- z\n\\]", "$$\na \\\\\n= b\n$$", "So:\n\\[\nx\n\\]\nthus", "- one\n\n  \\[ x \\]", "\\[\\boxed{7}\\]"]) {
    it(`is drawn on lines of its own: ${JSON.stringify(text)}`, () => {
      const shown = html(text);
      assert.match(shown, /<math display="block"/);
      assert.ok(!/\\\[|\$\$|<h\d/.test(shown.replace(/<annotation.*?<\/annotation>/gs, "")), shown);
    });
  }

  it("what is no TeX is shown as it was written", () => assert.match(html("$\\frac{1$"), /<code class="tex" title="[^"]+">\\frac\{1<\/code>/));
  it("code is no formula", () => assert.ok(!html("`$x$` and\n\n```\n$y$\n```").includes("<math")));
  it("an escaped dollar is a dollar", () => assert.ok(!html("\\$5 to \\$6").includes("<math")));
  it("an unfinished formula is text until it is whole", () => assert.ok(!html("Then \\(x^").includes("<math")));

  for (const [what, text] of [["dollars", "$a ".repeat(20_000)], ["brackets", "\\[ ".repeat(20_000)], ["open blocks", "\\[\n".repeat(20_000)], ["braces", `$${"{".repeat(1900)}$`], ["superscripts", `$${"x^{".repeat(600)}${"}".repeat(600)}$`]] as const) {
    it(`does not get lost in many ${what}`, function () {
      this.timeout(20_000);
      const started = performance.now();
      html(text);
      assert.ok(performance.now() - started < 10_000);
    });
  }
});

describe("colours of code", () => {
  const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\"", "&quot;");
  it("marks keywords, strings, numbers and comments", () => {
    assert.equal(highlighted("def f(): # no\n  return \"a\" + 1", "python", escape),
      "<span class=\"tok-keyword\">def</span> f(): <span class=\"tok-comment\"># no</span>\n  <span class=\"tok-keyword\">return</span> <span class=\"tok-string\">&quot;a&quot;</span> + <span class=\"tok-number\">1</span>");
  });
  it("leaves a language that it does not know alone", () => assert.equal(highlighted("return 1 < 2", "brainfuck", escape), "return 1 &lt; 2"));
  it("never changes the text", () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), fc.constantFrom("py", "js", "sql", "html", ""), (code, language) => {
      const text = highlighted(code, language, (part) => part.replaceAll("<", "\u0001"));
      assert.equal(text.replace(/<\/?span[^>]*>/g, "").replaceAll("\u0001", "<"), code.replaceAll("\u0001", "<"));
    }));
  });
  it("headings stand below those of the page", () => assert.equal(html("# A\n\n##### B"), "<h3>A</h3>\n<h6>B</h6>\n"));
  it("names the language for the view", () => assert.match(html("```ts\nlet a;\n```"), /<pre data-language="ts"><code>/));
});
