import * as vscode from "vscode";

import type { ContextPart } from "./context-part.ts";
import { enclosingSymbol, type OutlineSymbol } from "./enclosing-symbol.ts";
import { enclosingBlock } from "./indentation.ts";
import { documentSymbols } from "./symbols.ts";
import { timeBox } from "./time-box.ts";

/** Time for a language service that may still be starting, in ms. */
const SYMBOLS_MS = 400;

/** A place in a document, with the function around it. */
export interface Place {
  document: vscode.TextDocument;
  range: vscode.Range;
  lines: readonly string[];
  symbols: readonly OutlineSymbol[];
  /** The function or class around the range, in whole lines; null where none is seen. */
  around: { name: string; range: vscode.Range } | null;
}

export async function placeOf(document: vscode.TextDocument, range: vscode.Range, onError: (error: unknown) => void): Promise<Place> {
  const lines = document.getText().split(/\r?\n/u);
  const symbols = await timeBox(documentSymbols(document.uri), SYMBOLS_MS, [], onError);
  const span = { start: range.start.line, end: range.end.line };
  const symbol = enclosingSymbol(symbols, span);
  const block = symbol ?? enclosingBlock(lines, span.start);
  const around = block === null || block.end < span.end ? null : { name: symbol?.name ?? nameIn(lines[block.start] ?? ""), range: wholeLines(document, block.start, block.end) };
  return { document, range, lines, symbols, around };
}

/** The named piece of the document as the subject of a prompt. */
export function subject({ document }: Place, label: string, range: vscode.Range, trim: ContextPart["trim"] = "end"): ContextPart {
  return { kind: "subject", label, text: document.getText(range), language: document.languageId, trim };
}

export function wholeLines(document: vscode.TextDocument, start: number, end: number): vscode.Range {
  return new vscode.Range(start, 0, end, document.lineAt(end).range.end.character);
}

/** The last name before the first bracket: `parse` in `def parse(text):`. */
function nameIn(line: string): string {
  return /([\p{L}\p{N}_$]+)\s*(?:=\s*(?:async\s*)?)?(?:<[^(]*>)?\(/u.exec(line)?.[1] ?? line.trim().slice(0, 40);
}
