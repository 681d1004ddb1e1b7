import MarkdownIt from "markdown-it";

/** One top-level block of an answer as inert HTML; `code` is there for a code block that can be copied and inserted. */
export interface Block {
  html: string;
  code?: string;
}

export type Markdown = InstanceType<typeof MarkdownIt>;
type Token = ReturnType<Markdown["parse"]>[number];

/** Longer lines are no prose; the parser's worst cases live here. */
const MOST_LINE_CHARACTERS = 20_000;
/** What is shown of a very long answer. Copying gives all of it. */
const MOST_CHARACTERS = 60_000;
const SAFE_LINK = /^https?:\/\//iu;

/**
 * Makes the renderer of a view. It gives the blocks of an answer, also of one that has just begun: open fences and
 * markers count as they stand. Everything in it is text: no HTML, no scripts, no images, links to http and https only.
 * `extend` may add to what Markdown knows; what it adds must be inert, too.
 */
export function blockRenderer(extend: (markdown: Markdown) => void = () => undefined): (text: string) => Block[] {
  const markdown = inertMarkdownIt();
  extend(markdown);
  return (text) => {
    const env = {};
    return topLevel(markdown.parse(clipped(text), env)).map((tokens) => {
      const html = markdown.renderer.render(tokens, markdown.options, env);
      const [first] = tokens;
      return first?.type === "fence" || first?.type === "code_block" ? { html, code: first.content } : { html };
    });
  };
}

function inertMarkdownIt(): Markdown {
  const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: false });
  const { escapeHtml } = markdown.utils;
  const { rules } = markdown.renderer;
  markdown.validateLink = (url) => SAFE_LINK.test(url.trim());
  // An image would be fetched, and so tell a stranger that the answer was read.
  rules.image = (tokens, index) => {
    const token = tokens[index];
    return `<span class="image">[${escapeHtml(token?.content ?? "")}] (${escapeHtml(String(token?.attrGet("src") ?? ""))})</span>`;
  };
  // Where a link leads is always to be seen, whatever its text pretends. One that leads nowhere is its text.
  rules.link_open = (tokens, index, options, _env, self) => {
    const href = addressOf(tokens[index]);
    if (href === "") return "";
    tokens[index]?.attrSet("title", href);
    tokens[index]?.attrSet("rel", "noreferrer");
    return self.renderToken(tokens, index, options);
  };
  rules.link_close = (tokens, index) => {
    const open = opening(tokens, index);
    const href = addressOf(open);
    if (href === "") return "";
    const text = tokens.slice(open === undefined ? index : tokens.indexOf(open), index).map(({ content }) => content).join("");
    return text === href ? "</a>" : `</a> <span class="address">(${escapeHtml(href)})</span>`;
  };
  return markdown;
}

function clipped(text: string): string {
  const shown = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\n…` : text;
  return shown.split("\n").map((line) => (line.length > MOST_LINE_CHARACTERS ? `${line.slice(0, MOST_LINE_CHARACTERS)} …` : line)).join("\n");
}

/** Tokens grouped by the block of the outermost level to which they belong. */
function topLevel(tokens: readonly Token[]): Token[][] {
  const groups: Token[][] = [];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0) groups.push([]);
    groups.at(-1)?.push(token);
    depth += token.nesting;
  }
  return groups;
}

function addressOf(token: Token | undefined): string {
  return String(token?.attrGet("href") ?? "");
}

function opening(tokens: readonly Token[], close: number): Token | undefined {
  const level = tokens[close]?.level;
  return tokens.slice(0, close).findLast((token) => token.type === "link_open" && token.level === level);
}
