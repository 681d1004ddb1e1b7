import type { Diagnostic, Setting } from "./cell.ts";
import { errorAt, replaceFix } from "./diagnostic.ts";
import type { Line } from "./lines.ts";
import { isBlank, rangeOf } from "./lines.ts";
import { parseMapping } from "./yaml-mapping.ts";

const FENCE = /^---[ \t]*$/;
/** What editors and tired hands make of a fence: too short, too long, indented, or a typographic dash. */
const ALMOST_FENCE = /^[ \t]*[-\u2010-\u2015]{1,8}[ \t]*$/;
const KEY_LINE = /^[A-Za-z_][A-Za-z0-9_]*[ \t]*:(?:[ \t]|$)/;

export interface FrontMatter {
  settings: Setting[];
  diagnostics: Diagnostic[];
  /** Lines after the closing fence. */
  body: Line[];
  /** False: the closing fence is missing, and nothing after it may be taken for a prompt. */
  closed: boolean;
}

/** The front matter at the head of `lines`; null if there is none. */
export function parseFrontMatter(source: string, lines: Line[]): FrontMatter | null {
  const first = lines.findIndex((line) => !isBlank(line));
  const open = lines[first];
  if (open === undefined) return null;
  if (!FENCE.test(open.text)) return almostOpen(open, lines.slice(first + 1));
  const inside = lines.slice(first + 1);
  const close = inside.findIndex((line) => FENCE.test(line.text));
  if (close < 0) return unclosed(source, open, inside);
  const yaml = { start: inside[0]?.start ?? open.end, end: inside[close]?.start ?? open.end };
  return { ...parseMapping(source, yaml), body: inside.slice(close + 1), closed: true };
}

/** A first line that is nearly a fence, above a line that is nearly a setting. */
function almostOpen(open: Line, rest: Line[]): FrontMatter | null {
  const next = rest.find((line) => !isBlank(line));
  if (next === undefined || !ALMOST_FENCE.test(open.text) || !KEY_LINE.test(next.text)) return null;
  const range = rangeOf([open]);
  const diagnostic = errorAt(range, "front_matter_fence", "Front matter begins with a line of exactly three hyphens.", replaceFix(range, "---"));
  return { settings: [], diagnostics: [diagnostic], body: [], closed: false };
}

function unclosed(source: string, open: Line, inside: Line[]): FrontMatter {
  const almost = inside.find((line) => ALMOST_FENCE.test(line.text));
  const message = "The front matter has no closing `---` line. If this is no front matter, put `user:` on a line above it.";
  const diagnostic = almost === undefined
    ? errorAt(rangeOf([open]), "front_matter_unclosed", message)
    : errorAt(rangeOf([almost]), "front_matter_unclosed", message, replaceFix(rangeOf([almost]), "---"));
  // The lines that look like settings still serve completion and hover.
  const end = inside.findIndex((line) => !isBlank(line) && !KEY_LINE.test(line.text) && !/^[ \t#\-\]}]/.test(line.text));
  const yaml = rangeOf(end < 0 ? inside : inside.slice(0, end));
  return { settings: inside.length === 0 ? [] : parseMapping(source, yaml).settings, diagnostics: [diagnostic], body: [], closed: false };
}
