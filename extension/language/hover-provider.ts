import * as vscode from "vscode";

import { hoverCell } from "../../kernel/cells/hover.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import { toRange } from "./ranges.ts";

/** Meaning, range, default and present value of what stands under the pointer. */
export class HoverProvider implements vscode.HoverProvider {
  readonly #analyses: NotebookAnalyses;

  constructor(analyses: NotebookAnalyses) {
    this.#analyses = analyses;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const view = this.#analyses.view(document);
    if (view === undefined) return undefined;
    const hover = hoverCell(document.getText(), document.offsetAt(position), view.scope);
    return hover === null ? undefined : new vscode.Hover(new vscode.MarkdownString(hover.markdown), toRange(document, hover.range));
  }
}
