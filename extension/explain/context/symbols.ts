import * as vscode from "vscode";

import type { OutlineSymbol } from "./enclosing-symbol.ts";

const FUNCTIONS = new Set([vscode.SymbolKind.Function, vscode.SymbolKind.Method, vscode.SymbolKind.Constructor]);
const CLASSES = new Set([vscode.SymbolKind.Class, vscode.SymbolKind.Struct, vscode.SymbolKind.Interface, vscode.SymbolKind.Enum, vscode.SymbolKind.Module, vscode.SymbolKind.Namespace]);

/** What the language service knows of a document's symbols; none where it has no provider. */
export async function documentSymbols(uri: vscode.Uri): Promise<OutlineSymbol[]> {
  const found = await vscode.commands.executeCommand<ReadonlyArray<vscode.DocumentSymbol | vscode.SymbolInformation> | undefined>("vscode.executeDocumentSymbolProvider", uri);
  return (found ?? []).map(outlineSymbol);
}

function outlineSymbol(symbol: vscode.DocumentSymbol | vscode.SymbolInformation): OutlineSymbol {
  const range = "range" in symbol ? symbol.range : symbol.location.range;
  return {
    name: symbol.name,
    kind: FUNCTIONS.has(symbol.kind) ? "function" : CLASSES.has(symbol.kind) ? "class" : "other",
    start: range.start.line,
    end: range.end.line,
    children: "children" in symbol ? symbol.children.map(outlineSymbol) : [],
  };
}
