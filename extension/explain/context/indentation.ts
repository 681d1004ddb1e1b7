/** Lines of a block, counted from 0, both included. */
export interface LineSpan {
  start: number;
  end: number;
}

const TAB_WIDTH = 4;
/** Further up than this nobody looks for the beginning of a function. */
const MOST_LINES = 400;
const CLOSERS = /^[)\]}]/u;
const HEAD = /\b(?:def|function|fn|func|fun|sub|procedure|class|struct|impl|interface|module|method|proc)\b|=>\s*\{?\s*$|\)[^;=]*\{\s*$/u;
const NOT_HEAD = /^\s*(?:if|else|elif|for|while|switch|match|try|catch|finally|except|with|do|return|case)\b/u;

/**
 * The function or class around a line by indentation alone, for languages without symbols: the nearest line further up
 * with less indentation that looks like a head, down to the last line that is indented more. Null: none is seen.
 */
export function enclosingBlock(lines: readonly string[], at: number): LineSpan | null {
  let limit = indentationAround(lines, at);
  for (let line = isHead(lines, at) ? at : at - 1; line >= Math.max(0, at - MOST_LINES); line--) {
    const text = lines[line] ?? "";
    if (text.trim() === "" || text.trim() === "{") continue;
    const indent = indentation(text);
    if (line !== at && indent >= limit) continue;
    limit = indent;
    if (isHead(lines, line)) return { start: line, end: endOfBlock(lines, line) };
  }
  return null;
}

function isHead(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  if (NOT_HEAD.test(line) || CLOSERS.test(line.trim())) return false;
  return HEAD.test(line) || (/\)\s*$/u.test(line) && lines[at + 1]?.trim() === "{");
}

function indentationAround(lines: readonly string[], at: number): number {
  for (let line = at; line >= 0; line--) if ((lines[line] ?? "").trim() !== "") return indentation(lines[line] ?? "");
  return 0;
}

function endOfBlock(lines: readonly string[], start: number): number {
  const indent = indentation(lines[start] ?? "");
  let end = start;
  for (let line = start + 1; line < lines.length; line++) {
    const text = lines[line] ?? "";
    if (text.trim() === "") continue;
    const deeper = indentation(text) > indent;
    const opens = line === start + 1 && text.trim() === "{";
    if (!deeper && !opens && !(indentation(text) === indent && CLOSERS.test(text.trim()))) break;
    end = line;
    if (!deeper && !opens) break;
  }
  return end;
}

function indentation(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === " ") width++;
    else if (character === "\t") width += TAB_WIDTH;
    else break;
  }
  return width;
}
