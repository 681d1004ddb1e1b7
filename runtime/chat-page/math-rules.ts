import type { Markdown } from "../inert-markdown.ts";
import { formula } from "./formula.ts";

/** Longest formula that is looked for, in UTF-16 units; keeps the search short on hostile text. */
const MOST_CHARACTERS = 2000;
const MOST_LINES = 40;
const PAIRS: ReadonlyArray<{ open: string; close: string; display: boolean }> = [
  { open: "\\[", close: "\\]", display: true },
  { open: "\\(", close: "\\)", display: false },
  { open: "$$", close: "$$", display: true },
  { open: "$", close: "$", display: false },
];

/** Formulas in all four notations that models use: `\[ \]`, `\( \)`, `$$ $$`, `$ $`. */
export function mathRules(markdown: Markdown): void {
  // Before Markdown takes the backslashes away, and before a line with a plus becomes a list.
  markdown.inline.ruler.before("escape", "formula", (state, silent) => {
    const found = formulaAt(state.src, state.pos, state.posMax);
    if (found === null) return false;
    if (!silent) Object.assign(state.push("formula", "math", 0), { content: found.tex, meta: { display: found.display } });
    state.pos = found.end;
    return true;
  });
  markdown.block.ruler.before("fence", "formula", (state, startLine, endLine, silent) => {
    const lineAt = (line: number): string => state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
    if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
    const found = formulaBlock(lineAt, startLine, Math.min(endLine, startLine + MOST_LINES));
    if (found === null) return false;
    if (silent) return true;
    Object.assign(state.push("formula", "math", 0), { content: found.tex, block: true, meta: { display: true }, map: [startLine, found.next] });
    state.line = found.next;
    return true;
  }, { alt: ["paragraph", "blockquote", "list"] });
  markdown.renderer.rules.formula = (tokens, index) => {
    const token = tokens[index];
    return formula(token?.content ?? "", (token?.meta as { display?: boolean } | null)?.display === true, markdown.utils.escapeHtml) + (token?.block === true ? "\n" : "");
  };
}

/** The formula that begins at `start`, and where it ends; null where none does. */
export function formulaAt(text: string, start: number, end: number): { tex: string; display: boolean; end: number } | null {
  const pair = PAIRS.find(({ open }) => text.startsWith(open, start));
  if (pair === undefined) return null;
  const { open, close, display } = pair;
  const from = start + open.length;
  // No look beyond what a formula may be long.
  const field = text.slice(from, Math.min(end, from + MOST_CHARACTERS));
  for (let at = field.indexOf(close); at >= 0; at = field.indexOf(close, at + 1)) {
    const tex = field.slice(0, at);
    if (isEscaped(field, at) || tex.trim() === "") continue;
    if (open === "$" && !isDollarFormula(tex, text[from + at + 1])) return null;
    return { tex: tex.trim(), display, end: from + at + close.length };
  }
  return null;
}

/** One dollar is money more often than mathematics: what it encloses touches both, on one line, and no digit follows. */
function isDollarFormula(tex: string, next: string | undefined): boolean {
  return !/^\s|\s$|\n/u.test(tex) && !/^\d/u.test(next ?? "");
}

/** An odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === "\\") from--;
  return (at - from) % 2 === 1;
}

/** A formula on lines of its own. */
function formulaBlock(lineAt: (line: number) => string, first: number, end: number): { tex: string; next: number } | null {
  const start = lineAt(first);
  const pair = PAIRS.find(({ open, display }) => display && start.startsWith(open));
  if (pair === undefined) return null;
  let tex = "";
  for (let line = first; line < end && tex.length <= MOST_CHARACTERS; line++) {
    const text = (line === first ? start.slice(pair.open.length) : lineAt(line)).trimEnd();
    if (text.endsWith(pair.close)) {
      const whole = `${tex}${text.slice(0, -pair.close.length)}`.trim();
      return whole === "" || whole.includes(pair.close) ? null : { tex: whole, next: line + 1 };
    }
    // Neither a formula with words behind it, nor one that never ended before the next begins.
    if (text.includes(pair.close) || (line !== first && text.startsWith(pair.open))) return null;
    tex += `${text}\n`;
  }
  return null;
}
