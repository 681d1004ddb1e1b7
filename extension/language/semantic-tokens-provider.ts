import * as vscode from "vscode";

import { semanticTokens } from "../../kernel/cells/semantic-tokens.ts";
import { Debouncer } from "./debouncer.ts";
import { QUIET_MS } from "./diagnostics.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import { toRange } from "./ranges.ts";

export const LEGEND = new vscode.SemanticTokensLegend(["variable", "property"], ["definition", "unknown"]);

/** Marks the names and keys that exist, and those that do not: what a grammar cannot know. */
export class SemanticTokensProvider implements vscode.DocumentSemanticTokensProvider, vscode.Disposable {
  readonly #analyses: NotebookAnalyses;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #debouncer = new Debouncer<void>(QUIET_MS, () => this.#changed.fire());
  readonly #subscription: vscode.Disposable;
  /** A name may become known by a change in another cell. */
  readonly onDidChangeSemanticTokens = this.#changed.event;

  constructor(analyses: NotebookAnalyses) {
    this.#analyses = analyses;
    this.#subscription = analyses.onDidChange(() => this.#debouncer.mark());
  }

  provideDocumentSemanticTokens(document: vscode.TextDocument): vscode.SemanticTokens {
    const builder = new vscode.SemanticTokensBuilder(LEGEND);
    const view = this.#analyses.view(document);
    if (view === undefined) return builder.build();
    for (const { range, type, modifier } of semanticTokens(view.source, view.parsed, view.scope)) {
      const place = toRange(document, range);
      // A token of the editor lies on one line.
      if (place.isSingleLine) builder.push(place, type, modifier === undefined ? [] : [modifier]);
    }
    return builder.build();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#debouncer.dispose();
    this.#changed.dispose();
  }
}
