import type { Range } from "./cell.ts";

/** Text taken from a cell, line by line: a message's template or a cell's code. */
export interface Placed {
  text: string;
  /** Source offset at which each line of `text` begins. */
  lineStarts: number[];
}

/** Where a place in the text stands in the cell's source. */
export function sourceRange(placed: Placed, range: Range): Range {
  return { start: sourceOffset(placed, range.start), end: sourceOffset(placed, range.end) };
}

/** Where a place in the cell's source stands in the text. Null: before or after it. */
export function textOffset({ text, lineStarts }: Placed, offset: number): number | null {
  const line = lineStarts.findLastIndex((start) => start <= offset);
  if (line < 0) return null;
  const lines = text.split("\n");
  const column = offset - (lineStarts[line] ?? 0);
  if (column > (lines[line] ?? "").length) return null;
  return lines.slice(0, line).reduce((sum, before) => sum + before.length + 1, 0) + column;
}

function sourceOffset({ text, lineStarts }: Placed, offset: number): number {
  const before = text.slice(0, offset);
  const line = before.split("\n").length - 1;
  return (lineStarts[line] ?? 0) + before.length - (before.lastIndexOf("\n") + 1);
}
