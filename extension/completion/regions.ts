import type { LanguageSyntax, StringSyntax } from "./language-syntax.ts";

export type Region = "code" | "comment" | "string";

export interface Span {
  start: number;
  end: number;
  region: "comment" | "string";
}

/** A string with code in it, left for a while: `depth` counts the braces that the code opened. */
interface Hole {
  string: StringSyntax;
  depth: number;
}

/**
 * Tells comments and strings from code with a light scanner: no parser, one pass. Literals it does not know (regular
 * expressions, heredocs) can mislead it for a line. `end` is where the text's last position lies.
 */
export function scanRegions(text: string, syntax: LanguageSyntax): { spans: Span[]; end: Region } {
  const spans: Span[] = [];
  const holes: Hole[] = [];
  const opener = openerOf(syntax);
  let end: Region = "code";
  const read = (region: Span["region"], start: number, stop: { at: number; closed: boolean }): number => {
    spans.push({ start, end: stop.at, region });
    if (!stop.closed) end = region;
    return stop.at;
  };
  const readString = (from: number, start: number, string: StringSyntax): number => {
    const stop = stringEnd(text, from, string);
    if (stop.hole) holes.push({ string, depth: 0 });
    return read("string", start, stop);
  };
  for (let at = 0; ;) {
    opener.lastIndex = at;
    const found = opener.exec(text);
    if (found === null) return { spans, end };
    const [mark] = found;
    const start = found.index;
    at = start + mark.length;
    const hole = holes[holes.length - 1];
    const block = syntax.block.find(([open]) => open === mark);
    const string = syntax.strings.find(({ open }) => open === mark);
    if (mark === "{" && hole !== undefined) hole.depth++;
    else if (mark === "}" && hole !== undefined && hole.depth-- === 0) {
      holes.pop();
      at = readString(at, start, hole.string);
    } else if (block !== undefined) at = read("comment", start, after(text, block[1], at));
    else if (string !== undefined) at = readString(at, start, string);
    else if (syntax.line.includes(mark) && opensComment(text, start, mark)) at = read("comment", start, after(text, "\n", at));
  }
}

/** The text with comments and strings blanked out, of the same length. */
export function codeOnly(text: string, syntax: LanguageSyntax): string {
  let masked = "";
  let at = 0;
  for (const { start, end } of scanRegions(text, syntax).spans) {
    masked += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, " ");
    at = end;
  }
  return masked + text.slice(at);
}

const openers = new WeakMap<LanguageSyntax, RegExp>();

/** Finds the next mark that means something: a regular expression, since this runs with each key. */
function openerOf(syntax: LanguageSyntax): RegExp {
  const known = openers.get(syntax);
  if (known !== undefined) return known;
  const { block, line, strings } = syntax;
  const marks = [...block.map(([open]) => open), ...line, ...strings.map(({ open }) => open)].sort((a, b) => b.length - a.length);
  if (strings.some(({ hole }) => hole !== undefined)) marks.push("{", "}");
  const opener = marks.length === 0 ? /(?!)/g : new RegExp(marks.map(escaped).join("|"), "g");
  openers.set(syntax, opener);
  return opener;
}

function escaped(mark: string): string {
  return mark.replace(/[^\w\s]/g, "\\$&");
}

function after(text: string, closing: string, from: number): { at: number; closed: boolean } {
  const found = text.indexOf(closing, from);
  return found === -1 ? { at: text.length, closed: false } : { at: found + closing.length, closed: true };
}

/** `#` begins a comment only where a word begins: `$#` and `a#b` are none. */
function opensComment(text: string, at: number, open: string): boolean {
  return open !== "#" || at === 0 || /\s|[;(){}[\],]/.test(text[at - 1] as string);
}

/** Where a string ends that is being read from `from` on. */
function stringEnd(text: string, from: number, { close, multiline, raw, hole }: StringSyntax): { at: number; closed: boolean; hole: boolean } {
  if (close === "") return { at: from, closed: true, hole: false };
  const marks = [close, ...(raw === true ? [] : ["\\"]), ...(multiline === true ? [] : ["\n"]), ...(hole === undefined ? [] : [hole])];
  for (let at = from; ;) {
    const [found, mark] = nearest(text, marks, at);
    if (found === -1) return { at: text.length, closed: false, hole: false };
    if (mark === close) return { at: found + close.length, closed: true, hole: false };
    if (mark === "\n") return { at: found, closed: true, hole: false };
    if (mark === hole) return { at: found + mark.length, closed: true, hole: true };
    at = found + 2;
  }
}

/** The first of `marks` in `text` from `from` on. */
function nearest(text: string, marks: readonly string[], from: number): [at: number, mark: string] {
  const pattern = patternOf(marks);
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found === null ? [-1, ""] : [found.index, found[0]];
}

const patterns = new Map<string, RegExp>();

function patternOf(marks: readonly string[]): RegExp {
  const key = marks.join(" ");
  const pattern = patterns.get(key) ?? new RegExp(marks.map(escaped).join("|"), "g");
  patterns.set(key, pattern);
  return pattern;
}
