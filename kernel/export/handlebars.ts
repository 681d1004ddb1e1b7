import type { Converted } from "./converted.ts";
import { splitOutside, tokenize, type Token } from "./template-tokens.ts";

const PATH = /^[A-Za-z_][\w]*(?:\.\w+)*$/;
const TO_DATA: Readonly<Record<string, string>> = { "forloop.index0": "@index", "forloop.first": "@first", "forloop.last": "@last" };
const FROM_DATA: Readonly<Record<string, string>> = { "@index": "forloop.index0", "@first": "forloop.first", "@last": "forloop.last" };

/** A template of a cell for Handlebars as dotprompt uses it. What has no counterpart stays as it is and is listed. */
export function liquidToHandlebars(template: string): Converted<string> {
  const losses: string[] = [];
  const open: string[] = [];
  const value = tokenize(template, "liquid").map((token) => toHandlebars(token, open, losses)).join("");
  return { value, losses };
}

function toHandlebars(token: Token, open: string[], losses: string[]): string {
  switch (token.kind) {
    case "text": case "raw": return token.text.replaceAll("{{", "\\{{");
    case "comment": return `{{!--${token.text}--}}`;
    case "output": {
      const path = outputPath(token.body);
      if (path !== null) return `{{${path}}}`;
      losses.push(`\`{{ ${token.body} }}\` has no counterpart in dotprompt; it stands as it was written.`);
      return `{{ ${token.body} }}`;
    }
    case "tag": {
      const tag = openTag(token.body, open);
      if (tag !== null) return tag;
      losses.push(`\`{% ${token.body} %}\` has no counterpart in dotprompt; it stands as it was written.`);
      return `{% ${token.body} %}`;
    }
  }
}

function outputPath(body: string): string | null {
  const [value = "", ...filters] = splitOutside(body, "|");
  const path = Object.hasOwn(TO_DATA, value) ? TO_DATA[value] as string : PATH.test(value) && !value.startsWith("forloop.") ? value : null;
  if (path === null || filters.length > 1) return null;
  if (filters.length === 0) return path;
  return /^(?:to)?json$/.test(filters[0] ?? "") ? `json ${path}` : null;
}

/** `{{#if x}}`, `{{#ifEquals a b}}`, `{{#each xs as |x|}}` and their ends; null for what Handlebars cannot say. */
function openTag(body: string, open: string[]): string | null {
  const [, name = "", rest = ""] = /^(\w+)\s*([\s\S]*)$/.exec(body) ?? [];
  const [, left = "", right = ""] = /^([\w.]+)\s*==\s*([\w.]+|"[^"]*"|'[^']*')$/.exec(rest) ?? [];
  const item = /^(\w+)\s+in\s+([\w.]+)$/.exec(rest);
  if (name === "if" && left !== "") return begin(open, "ifEquals", `${left} ${right}`);
  if ((name === "if" || name === "unless") && PATH.test(rest)) return begin(open, name, rest);
  if (name === "for" && item !== null) return begin(open, "each", `${item[2]} as |${item[1]}|`);
  if (name === "else" && open.length > 0) return "{{else}}";
  if (name === "elsif" && PATH.test(rest) && open.at(-1) === "if") return `{{else if ${rest}}}`;
  if (["endif", "endunless", "endfor"].includes(name)) return end(open);
  // Its end must not close something else.
  if (["if", "unless", "for", "case"].includes(name)) open.push("");
  return null;
}

function begin(open: string[], helper: string, rest: string): string {
  open.push(helper);
  return `{{#${helper} ${rest}}}`;
}

function end(open: string[]): string | null {
  const helper = open.pop();
  return helper === undefined || helper === "" ? null : `{{/${helper}}}`;
}

type Piece = { kind: "text" | "comment" | "tag"; text: string; whole: string } | { kind: "escaped" };

/** What opens and closes a tag, the longest first. */
const TAGS: ReadonlyArray<[open: string, close: string, kind: "comment" | "tag"]> = [["{{!--", "--}}", "comment"], ["{{!", "}}", "comment"], ["{{{", "}}}", "tag"], ["{{", "}}", "tag"]];
/** Helpers that fetch what only the program around the prompt has. */
const HELPERS = new Set(["history", "media", "section"]);

/** Splits a template in time proportional to its length. What is not closed is text. */
function pieces(template: string): Piece[] {
  const found: Piece[] = [];
  const unclosed = new Set<string>();
  let at = 0;
  const text = (end: number): void => {
    if (end > at) found.push({ kind: "text", text: template.slice(at, end), whole: template.slice(at, end) });
  };
  for (let i = template.indexOf("{{"); i >= 0; i = template.indexOf("{{", Math.max(at, i + 1))) {
    if (template[i - 1] === "\\" && i > at) {
      text(i - 1);
      found.push({ kind: "escaped" });
      at = i + 2;
      continue;
    }
    const [open, close, kind] = TAGS.find(([mark]) => template.startsWith(mark, i)) ?? ["{{", "}}", "tag"];
    const end = unclosed.has(close) ? -1 : template.indexOf(close, i + open.length);
    if (end < 0) {
      unclosed.add(close);
      continue;
    }
    text(i);
    at = end + close.length;
    found.push({ kind, text: template.slice(i + open.length, end).replace(/^~|~$/g, "").trim(), whole: template.slice(i, at) });
  }
  text(template.length);
  return found;
}

interface Block {
  helper: string;
  /** Name of the current item of an `each`; null elsewhere. */
  item: string | null;
}

/** A Handlebars template of a `.prompt` for a cell. What has no counterpart stays as it is and is listed; it will not run. */
export function handlebarsToLiquid(template: string): Converted<string> {
  const losses: string[] = [];
  const blocks: Block[] = [];
  const value = pieces(template).map((piece) => {
    if (piece.kind === "escaped") return "{% raw %}{{{% endraw %}";
    const { kind, text, whole } = piece;
    if (kind === "text") return liquidText(text);
    if (kind === "comment") return `{% comment %}${text}{% endcomment %}`;
    const converted = HELPERS.has(text.split(/\s/)[0] ?? "") ? null : fromTag(text, blocks);
    if (converted === null) losses.push(`\`${whole}\` has no counterpart here; it stands as it was written, and the cell will not run until it is changed.`);
    return converted ?? whole;
  }).join("");
  return { value, losses };
}

/** Text that Liquid would take for a tag. */
function liquidText(text: string): string {
  return text.replaceAll("{%", "{% raw %}{%{% endraw %}");
}

function fromTag(body: string, blocks: Block[]): string | null {
  if (body.startsWith("/")) return closed(blocks);
  if (body === "else" || body === "^") return "{% else %}";
  const branch = /^else if\s+(\S+)$/.exec(body)?.[1];
  if (branch !== undefined) return tagWith("elsif", pathOf(branch, blocks));
  const [, helper = "", rest = ""] = /^#(\w+)\s+([\s\S]+)$/.exec(body) ?? [];
  if (helper !== "") return opened(helper, rest.trim(), blocks);
  const json = /^json\s+(\S+)$/.exec(body)?.[1];
  const path = pathOf(json ?? body, blocks);
  return path === null ? null : `{{ ${path}${json === undefined ? "" : " | json"} }}`;
}

function opened(helper: string, rest: string, blocks: Block[]): string | null {
  const [, list = rest, item] = /^(\S+)\s+as\s+\|\s*(\w+)[^|]*\|$/.exec(rest) ?? [];
  const [left, right] = splitOutside(rest, " ").filter((word) => word !== "");
  const open = (tag: string | null, block: Block): string | null => {
    blocks.push(tag === null ? { helper: "", item: null } : block);
    return tag;
  };
  switch (helper) {
    case "if": case "unless": return open(tagWith(helper, pathOf(rest, blocks)), { helper, item: null });
    case "ifEquals": case "unlessEquals": {
      const [a, b] = [pathOf(left ?? "", blocks), pathOf(right ?? "", blocks)];
      return open(a === null || b === null ? null : `{% if ${a} ${helper === "ifEquals" ? "==" : "!="} ${b} %}`, { helper: "if", item: null });
    }
    case "each": {
      const path = pathOf(list, blocks);
      const name = item ?? `item${blocks.filter((block) => block.item !== null).length || ""}`;
      return open(path === null ? null : `{% for ${name} in ${path} %}`, { helper: "for", item: name });
    }
    default: return open(null, { helper: "", item: null });
  }
}

function closed(blocks: Block[]): string | null {
  const block = blocks.pop();
  return block === undefined || block.helper === "" ? null : `{% end${block.helper} %}`;
}

function tagWith(name: string, path: string | null): string | null {
  return path === null ? null : `{% ${name} ${path} %}`;
}

/** A path as our templates have it: inside an `each` a bare name belongs to the item. Null for calls of helpers. */
function pathOf(text: string, blocks: readonly Block[]): string | null {
  if (/^(?:"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false)$/.test(text)) return text;
  if (Object.hasOwn(FROM_DATA, text)) return FROM_DATA[text] as string;
  const items = blocks.flatMap(({ item }) => (item === null ? [] : [item]));
  const [ups = "", rest = ""] = [/^(?:\.\.\/)*/.exec(text)?.[0], text.replace(/^(?:\.\.\/)*/, "")];
  const item = items[items.length - 1 - ups.length / 3];
  if (rest === "this" || rest === ".") return item ?? null;
  const path = rest.replace(/^this\./, "").replace(/^@root\./, "").replaceAll("/", ".");
  if (!PATH.test(path)) return null;
  const first = path.split(".")[0] ?? "";
  return item === undefined || items.includes(first) || text.startsWith("@root.") ? path : `${item}.${path}`;
}
