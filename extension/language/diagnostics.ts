import * as vscode from "vscode";

import type { Diagnostic } from "../../kernel/cells/cell.ts";
import { Debouncer } from "./debouncer.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import type { Phrases } from "./phrases/phrases.ts";
import { toRange } from "./ranges.ts";
import { isRetortCell } from "./retort-cells.ts";

/** Milliseconds without a change after which a notebook is judged: less would flash at every key. */
export const QUIET_MS = 250;
export const SOURCE = "Retort";

const SEVERITIES: Readonly<Record<Diagnostic["severity"], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Shows what is wrong in the cells of open notebooks. */
export class CellDiagnostics implements vscode.Disposable {
  readonly #analyses: NotebookAnalyses;
  readonly #phrases: Phrases;
  readonly #collection = vscode.languages.createDiagnosticCollection("retort-cells");
  readonly #debouncer = new Debouncer<vscode.NotebookDocument>(QUIET_MS, (notebook) => this.#show(notebook));
  readonly #subscriptions: vscode.Disposable[];
  /** What is shown now, by the cell's text: only what changed is sent to the editor. */
  readonly #shown = new WeakMap<vscode.TextDocument, { version: number; found: readonly Diagnostic[] }>();

  constructor(analyses: NotebookAnalyses, phrases: Phrases) {
    this.#analyses = analyses;
    this.#phrases = phrases;
    this.#subscriptions = [
      this.#collection,
      this.#debouncer,
      analyses.onDidChange((notebook) => this.#debouncer.mark(notebook)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    ];
    for (const notebook of vscode.workspace.notebookDocuments) this.#debouncer.mark(notebook);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #show(notebook: vscode.NotebookDocument): void {
    if (notebook.isClosed) return;
    const { cells, analysis } = this.#analyses.of(notebook);
    for (const [index, { document }] of cells.entries()) {
      const found = analysis.diagnostics(index);
      const shown = this.#shown.get(document);
      if (!isRetortCell(document) || (shown?.found === found && shown.version === document.version)) continue;
      this.#shown.set(document, { version: document.version, found });
      this.#collection.set(document.uri, found.map((one) => toDiagnostic(document, one, this.#phrases)));
    }
  }

  /** A deleted cell, a closed notebook, a cell that is now in another language. */
  #forget(document: vscode.TextDocument): void {
    this.#shown.delete(document);
    this.#collection.delete(document.uri);
  }
}

function toDiagnostic(document: vscode.TextDocument, { severity, code, message, range }: Diagnostic, phrases: Phrases): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(document, range), phrases.text(message), SEVERITIES[severity]);
  diagnostic.source = SOURCE;
  diagnostic.code = code;
  return diagnostic;
}
