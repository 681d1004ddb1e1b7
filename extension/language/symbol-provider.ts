import * as vscode from "vscode";

import { symbolsOf } from "../../kernel/cells/symbols.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import { toRange } from "./ranges.ts";

/** The names that a cell defines, for the outline and for "Go to Symbol". */
export class SymbolProvider implements vscode.DocumentSymbolProvider {
  readonly #analyses: NotebookAnalyses;

  constructor(analyses: NotebookAnalyses) {
    this.#analyses = analyses;
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const view = this.#analyses.view(document);
    if (view === undefined) return [];
    const whole = toRange(document, { start: 0, end: document.getText().length });
    return symbolsOf(view.parsed).map(({ name, kind, range }) => {
      const isResult = kind === "result";
      const place = toRange(document, range);
      const detail = isResult ? vscode.l10n.t("result") : vscode.l10n.t("variable");
      // A result is what its whole cell makes.
      return new vscode.DocumentSymbol(name, detail, isResult ? vscode.SymbolKind.Function : vscode.SymbolKind.Variable, isResult ? whole : place, place);
    });
  }
}
