import { encodeAll } from "./html.ts";
import { plainText } from "./plain-text.ts";

/** Longest code span or formula that is looked for, in UTF-16 units; keeps the search linear on hostile text. */
const MAX_SPAN = 1_000;
const FENCE = /^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*([^`]*)$/;

/**
 * Model text as Markdown that can only show text: formatting, code, formulas and web links stay; HTML, images and links
 * of other schemes become visible text. Code blocks are rewritten so that every renderer sees the same extent, and
 * `\( \)` and `\[ \]`, which notebooks do not know, become dollar signs. Terminal codes go.
 */
export function inertMarkdown(source: string): string {
  const result: string[] = [];
  let text: string[] = [];
  const flush = () => {
    if (text.length > 0) result.push(inertText(text.join("\n")));
    text = [];
  };
  const lines = plainText(source).split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const fence = FENCE.exec(line);
    if (fence === null) {
      text.push(line);
      continue;
    }
    flush();
    const [, before = "", marks = "", info = ""] = fence;
    const end = closingLine(lines, i + 1, marks);
    if (before.trim() !== "") result.push(before.trimEnd());
    result.push(codeBlock(lines.slice(i + 1, end), before.length, info));
    i = end;
  }
  flush();
  return result.join("\n");
}

/** Index of the line that closes the fence, or of the end of the text. */
function closingLine(lines: readonly string[], from: number, marks: string): number {
  const mark = marks[0] ?? "`";
  for (let i = from; i < lines.length; i++) {
    const line = (lines[i] ?? "").trim();
    if (line.length >= marks.length && line === mark.repeat(line.length)) return i;
  }
  return lines.length;
}

/** At column 0, where a fence is one in every context and only its own closing line can end it. */
function codeBlock(lines: readonly string[], indent: number, info: string): string {
  const leading = new RegExp(`^[ \\t]{0,${indent}}`);
  const code = lines.map((line) => line.replace(leading, ""));
  const longest = code.join("\n").match(/`{3,}/g)?.reduce((most, run) => Math.max(most, run.length), 0) ?? 0;
  const fence = "`".repeat(Math.max(3, longest + 1));
  const language = /^[\w+#.-]{1,40}/.exec(info)?.[0] ?? "";
  return [fence + language, ...code, fence].join("\n");
}

const INLINE = new RegExp([
  // Code spans of one line.
  `(?<!\`)(?<ticks>\`{1,2})(?!\`)(?<code>[^\`\\n]{1,${MAX_SPAN}})\\k<ticks>(?!\`)`,
  // Formulas: \( … \), \[ … \], $$ … $$, $ … $.
  `\\\\\\((?<round>[^$]{1,${MAX_SPAN}}?)\\\\\\)`,
  `\\\\\\[(?<square>[^$]{1,${MAX_SPAN}}?)\\\\\\]`,
  `\\$\\$(?<double>[^$]{1,${MAX_SPAN}})\\$\\$`,
  `(?<![\\\\$])\\$(?<single>[^\\s$](?:[^$\\n]{0,${MAX_SPAN}}[^\\s$\\\\])?)\\$(?![\\d$])`,
  // What would start HTML, an image, a link of a scheme that is not the web's, a reference, a fence.
  "<+",
  "!(?=\\[)",
  "\\]\\((?![ \\t]*(?:https?://|mailto:|#))",
  "\\]:",
  "`{3,}|~{3,}",
].join("|"), "giu");

function inertText(text: string): string {
  return text.replace(INLINE, (match, ...rest) => {
    const { code, round, square, double, single } = rest.at(-1) as Record<string, string | undefined>;
    if (code !== undefined) return /[<&![\]\\$]/.test(code) ? `<code>${encodeAll(code)}</code>` : match;
    const inline = round ?? single;
    if (inline !== undefined) return `$${inertFormula(inline.trim())}$`;
    const display = square ?? double;
    if (display !== undefined) return `$$${inertFormula(display)}$$`;
    return match.startsWith("]") ? `]${encodeAll(match.slice(1))}` : encodeAll(match);
  });
}

/** A formula without `<` and without Markdown's structures, for a renderer that takes it for text. TeX ignores spaces. */
function inertFormula(tex: string): string {
  return tex.replaceAll("<", "\\lt ").replace(/!(?=\[)|\](?=[(:])|`(?=``)|~(?=~~)/g, "$& ");
}
