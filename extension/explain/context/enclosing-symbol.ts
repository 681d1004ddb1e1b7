import type { LineSpan } from "./indentation.ts";

/** A symbol as the language service tells it, in lines. */
export interface OutlineSymbol extends LineSpan {
  name: string;
  kind: "function" | "class" | "other";
  children: readonly OutlineSymbol[];
}

/** A class of more lines than this is no context, it is a file. */
const MOST_CLASS_LINES = 120;

/** The innermost function around the lines, or else the innermost small class. */
export function enclosingSymbol(symbols: readonly OutlineSymbol[], span: LineSpan): OutlineSymbol | null {
  const around = pathTo(symbols, span);
  return around.findLast(({ kind }) => kind === "function")
    ?? around.findLast(({ kind, start, end }) => kind === "class" && end - start <= MOST_CLASS_LINES)
    ?? null;
}

function pathTo(symbols: readonly OutlineSymbol[], span: LineSpan): OutlineSymbol[] {
  const symbol = symbols.find(({ start, end }) => start <= span.start && span.end <= end);
  return symbol === undefined ? [] : [symbol, ...pathTo(symbol.children, span)];
}

/** The heads of all functions and classes: what a file is about, in a few lines. */
export function outlineOf(symbols: readonly OutlineSymbol[], lines: readonly string[]): string {
  return symbols.flatMap(({ start, kind, children }) => [
    ...(kind === "other" ? [] : [(lines[start] ?? "").trimEnd()]),
    ...outlineOf(children, lines).split("\n"),
  ]).filter((line) => line !== "").join("\n");
}
