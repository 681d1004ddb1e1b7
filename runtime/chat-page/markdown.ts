import { type Block, blockRenderer } from "../inert-markdown.ts";
import { highlighted } from "./highlight.ts";
import { mathRules } from "./math-rules.ts";

export type { Block } from "../inert-markdown.ts";

const HEADINGS_ABOVE = 2;
const LANGUAGE = /^[\w+#.-]{1,40}/u;

const render = blockRenderer((markdown) => {
  mathRules(markdown);
  // The page has headings of its own above those of a reply.
  markdown.core.ruler.push("headings", ({ tokens }) => {
    for (const token of tokens) if (token.type.startsWith("heading_")) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + HEADINGS_ABOVE)}`;
  });
  markdown.renderer.rules.fence = (tokens, index) => {
    const { content = "", info = "" } = tokens[index] ?? {};
    const language = LANGUAGE.exec(info.trim())?.[0] ?? "";
    return `<pre${language === "" ? "" : ` data-language="${language}"`}><code>${highlighted(content, language, markdown.utils.escapeHtml)}</code></pre>\n`;
  };
});

/**
 * The blocks of a reply as inert HTML: Markdown, formulas as MathML, code with its language and colours. Styles are in
 * `data-style`: the page's policy lets no markup bring its own, so the view sets them.
 */
export function renderBlocks(text: string): Block[] {
  // Quotes in text are escaped, so this is an attribute wherever it stands.
  return render(text).map((block) => ({ ...block, html: block.html.replaceAll(' style="', ' data-style="') }));
}
