import * as vscode from "vscode";

import { NotebookAnalysis, type CellView } from "../../kernel/cells/notebook-analysis.ts";
import { resultOf } from "./cell-outputs.ts";
import type { ModelNames } from "./model-names.ts";
import { LANGUAGE, notebookOf, retortCells } from "./retort-cells.ts";

/** Where a cell's text stands among the cells of our language, with everything known of the notebook. */
export interface PlaceInNotebook {
  notebook: vscode.NotebookDocument;
  cells: readonly vscode.NotebookCell[];
  index: number;
  analysis: NotebookAnalysis;
}

/** Keeps one analysis for each open notebook, brought up to date when somebody asks and something changed since. */
export class NotebookAnalyses implements vscode.Disposable {
  readonly #models: ModelNames;
  readonly #analyses = new WeakMap<vscode.NotebookDocument, NotebookAnalysis>();
  readonly #current = new WeakSet<vscode.NotebookDocument>();
  readonly #changed = new vscode.EventEmitter<vscode.NotebookDocument>();
  readonly #subscriptions: vscode.Disposable[];
  /** Fires when cells, their texts or their outputs changed, or the models that can be named. */
  readonly onDidChange = this.#changed.event;

  constructor(models: ModelNames) {
    this.#models = models;
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.onDidOpenNotebookDocument((notebook) => this.#mark(notebook)),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => this.#mark(notebook)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#markCell(document)),
      // A cell that gets another language is closed and opened again.
      vscode.workspace.onDidOpenTextDocument((document) => this.#markCell(document)),
      models.onDidChange(() => vscode.workspace.notebookDocuments.forEach((notebook) => this.#mark(notebook))),
    ];
  }

  /** Undefined: the document is no cell of ours, or its notebook is closed. */
  placeOf(document: vscode.TextDocument): PlaceInNotebook | undefined {
    const notebook = notebookOf(document);
    if (notebook === undefined) return undefined;
    const { cells, analysis } = this.of(notebook);
    const index = cells.findIndex((cell) => cell.document === document);
    return index < 0 ? undefined : { notebook, cells, index, analysis };
  }

  of(notebook: vscode.NotebookDocument): Omit<PlaceInNotebook, "index" | "notebook"> {
    const analysis = this.#analyses.get(notebook) ?? new NotebookAnalysis();
    this.#analyses.set(notebook, analysis);
    const cells = retortCells(notebook);
    if (!this.#current.has(notebook)) {
      analysis.update(cells.map((cell) => ({ source: cell.document.getText(), result: resultOf(cell) })), this.#models.known);
      this.#current.add(notebook);
    }
    return { cells, analysis };
  }

  /** The cell that a document is, as it stands now. */
  view(document: vscode.TextDocument): CellView | undefined {
    const place = this.placeOf(document);
    return place?.analysis.cell(place.index);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #markCell(document: vscode.TextDocument): void {
    const notebook = document.uri.scheme === "vscode-notebook-cell" ? notebookOf(document) : undefined;
    if (notebook !== undefined) this.#mark(notebook);
  }

  #mark(notebook: vscode.NotebookDocument): void {
    this.#current.delete(notebook);
    if (notebook.getCells().some((cell) => cell.document.languageId === LANGUAGE) || this.#analyses.has(notebook)) this.#changed.fire(notebook);
  }
}
