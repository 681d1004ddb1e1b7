/** A run of lines of a file. `start` is 0-based. */
export interface Window {
  start: number;
  text: string;
}

/** Lines of a window at most: about a function. */
const MAX_LINES = 40;
/** A line longer than this was not written by a person. */
const MAX_LINE_CHARS = 400;
/** A cut at the border of a block is looked for in the last part of a window. */
const LOOK_BACK = 16;

/**
 * Cuts a text into windows that begin where something begins: at an outer line after a blank one, where there is one.
 * The same text gives the same windows; a change moves only those after it. Lines that nobody wrote are left out.
 */
export function windowsOf(text: string): Window[] {
  const lines = text.split(/\r?\n/);
  const windows: Window[] = [];
  for (let start = 0; start < lines.length;) {
    const end = cutAfter(lines, start);
    const kept = lines.slice(start, end).filter((line) => line.length <= MAX_LINE_CHARS).join("\n").replace(/^\n+|\s+$/g, "");
    if (kept !== "") windows.push({ start, text: kept });
    start = end;
  }
  return windows;
}

/** Up to `lines` lines around a line, for what stands near a change. */
export function windowAround(text: string, line: number, lines = MAX_LINES): Window {
  const all = text.split(/\r?\n/);
  const start = Math.max(0, Math.min(line - (lines >> 1), all.length - lines));
  return { start, text: all.slice(start, start + lines).filter((one) => one.length <= MAX_LINE_CHARS).join("\n").replace(/\s+$/, "") };
}

function cutAfter(lines: readonly string[], start: number): number {
  const limit = start + MAX_LINES;
  if (limit >= lines.length) return lines.length;
  const borders = Array.from({ length: LOOK_BACK }, (_, back) => limit - back);
  return borders.find((line) => isOuterStart(lines, line)) ?? borders.find((line) => isBlank(lines[line - 1])) ?? limit;
}

function isOuterStart(lines: readonly string[], line: number): boolean {
  return isBlank(lines[line - 1]) && /^[^\s)\]}]/.test(lines[line] ?? "");
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}
