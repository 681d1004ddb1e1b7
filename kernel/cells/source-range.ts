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

function sourceOffset({ text, lineStarts }: Placed, offset: number): number {
  const before = text.slice(0, offset);
  const line = before.split("\n").length - 1;
  return (lineStarts[line] ?? 0) + before.length - (before.lastIndexOf("\n") + 1);
}
