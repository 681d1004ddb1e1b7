import * as vscode from "vscode";

import type { Range } from "../../kernel/cells/cell.ts";

/** Offsets of `kernel/cells` are UTF-16 units of the text as the document has it, line ends included: so are VS Code's. */
export function toRange(document: vscode.TextDocument, { start, end }: Range): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
