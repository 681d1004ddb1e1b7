import * as vscode from "vscode";

import { hoverCell } from "../../kernel/cells/hover.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import type { Phrases } from "./phrases/phrases.ts";
import { toRange } from "./ranges.ts";

/** Meaning, range, default and present value of what stands under the pointer. */
export class HoverProvider implements vscode.HoverProvider {
  readonly #analyses: NotebookAnalyses;
  readonly #phrases: Phrases;

  constructor(analyses: NotebookAnalyses, phrases: Phrases) {
    this.#analyses = analyses;
    this.#phrases = phrases;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const view = this.#analyses.view(document);
    if (view === undefined) return undefined;
    const hover = hoverCell(document.getText(), document.offsetAt(position), view.scope);
    return hover === null ? undefined : new vscode.Hover(new vscode.MarkdownString(this.#phrases.markdown(hover.markdown)), toRange(document, hover.range));
  }
}
