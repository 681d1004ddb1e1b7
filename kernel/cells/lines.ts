/** One line of a cell. `text` has no line end; `start` and `end` are its UTF-16 offsets in the source. */
export interface Line {
  start: number;
  end: number;
  text: string;
}

const BYTE_ORDER_MARK = "\uFEFF";

/** Splits at LF, CRLF and CR. A byte order mark at the beginning belongs to no line. */
export function splitLines(source: string): Line[] {
  const lines: Line[] = [];
  let start = source.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  for (let at = start; at <= source.length; at += 1) {
    const character = source[at];
    if (at < source.length && character !== "\n" && character !== "\r") continue;
    lines.push({ start, end: at, text: source.slice(start, at) });
    if (character === "\r" && source[at + 1] === "\n") at += 1;
    start = at + 1;
  }
  return lines;
}

export function isBlank(line: Line): boolean {
  return line.text.trim() === "";
}

/** The range from the first line's start to the last line's end; of no lines, the empty range at 0. */
export function rangeOf(lines: Line[]): { start: number; end: number } {
  return { start: lines[0]?.start ?? 0, end: lines.at(-1)?.end ?? 0 };
}
