/** A piece of a Liquid or Jinja template: they share their brackets. */
export type Token =
  | { kind: "text"; text: string }
  /** Between raw and endraw. */
  | { kind: "raw"; text: string }
  | { kind: "comment"; text: string }
  /** `{{ body }}` and `{% body %}`; the dashes that eat white space are kept. */
  | { kind: "output" | "tag"; body: string; left: "-" | ""; right: "-" | "" };

/** Tags between which nothing is a template. */
const VERBATIM: Readonly<Record<string, "raw" | "comment">> = { raw: "raw", verbatim: "raw", comment: "comment" };
const CLOSES: Readonly<Record<string, string>> = { "{{": "}}", "{%": "%}", "{#": "#}" };

/** Splits a template. What is not closed is text. Takes time in proportion to its length. */
export function tokenize(template: string, syntax: "liquid" | "jinja"): Token[] {
  const tokens: Token[] = [];
  const opening = syntax === "jinja" ? /\{[{%#]/g : /\{[{%]/g;
  const unclosed = new Set<string>();
  let at = 0;
  for (let match = opening.exec(template); match !== null; match = opening.exec(template)) {
    const [open] = match;
    const close = CLOSES[open] as string;
    const end = unclosed.has(open) ? -1 : endOfTag(template, match.index + 2, close);
    if (end < 0) {
      unclosed.add(open);
      continue;
    }
    if (match.index > at) tokens.push({ kind: "text", text: template.slice(at, match.index) });
    const inside = template.slice(match.index + 2, end);
    const verbatim = open === "{%" ? VERBATIM[bodyOf(inside).body] : undefined;
    const block = verbatim === undefined || unclosed.has(verbatim) ? null : endOf(template, bodyOf(inside).body, end + 2);
    if (verbatim !== undefined && block === null) unclosed.add(verbatim);
    if (open === "{#") tokens.push({ kind: "comment", text: bodyOf(inside).body });
    else if (verbatim !== undefined && block !== null) tokens.push({ kind: verbatim, text: template.slice(end + 2, block.start) });
    else tokens.push({ kind: open === "{{" ? "output" : "tag", ...bodyOf(inside) });
    at = block?.end ?? end + 2;
    opening.lastIndex = at;
  }
  if (at < template.length) tokens.push({ kind: "text", text: template.slice(at) });
  return tokens;
}

/** Where the closing mark stands, one inside of quotes not counted. */
function endOfTag(template: string, from: number, close: string): number {
  const first = template.indexOf(close, from);
  if (first < 0 || close === "#}") return first;
  let quote = "";
  for (let i = from; i < template.length; i++) {
    const character = template[i] as string;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (template.startsWith(close, i)) return i;
  }
  // A quote that is never closed was an apostrophe.
  return first;
}

function bodyOf(inside: string): { body: string; left: "-" | ""; right: "-" | "" } {
  const left = inside.startsWith("-") ? "-" : "";
  const right = inside.length > 1 && inside.endsWith("-") ? "-" : "";
  return { body: inside.slice(left.length, inside.length - right.length).trim(), left, right };
}

function endOf(template: string, name: string, from: number): { start: number; end: number } | null {
  const pattern = new RegExp(`\\{%-?\\s*end${name}\\s*-?%\\}`, "g");
  pattern.lastIndex = from;
  const match = pattern.exec(template);
  return match === null ? null : { start: match.index, end: pattern.lastIndex };
}

/** Splits at a character that stands outside of quotes and brackets. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(start, i));
      start = i + separator.length;
      i = start - 1;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim());
}
