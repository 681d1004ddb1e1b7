import * as vscode from "vscode";

import type { Settings } from "../host/settings.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import { RUN_VARIANTS } from "./run-variants.ts";

/** Above each prompt cell, where `retort.language.codeLens` says so: the commonest way to run it, and all others. */
export class CodeLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #analyses: NotebookAnalyses;
  readonly #settings: Settings;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(analyses: NotebookAnalyses, settings: Settings) {
    this.#analyses = analyses;
    this.#settings = settings;
    this.#subscription = settings.onDidChange(["retort.language.codeLens"], () => this.#changed.fire());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.#settings.get("retort.language.codeLens", document)) return [];
    if (this.#analyses.view(document)?.parsed.cell.kind !== "prompt") return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const first = RUN_VARIANTS[0];
    return [
      new vscode.CodeLens(top, { title: vscode.l10n.t("Run with {0}", vscode.l10n.t(first?.title ?? "")), command: "retort.runCellWith", arguments: [document.uri, first?.id] }),
      new vscode.CodeLens(top, { title: vscode.l10n.t("Run with …"), command: "retort.runCellWith", arguments: [document.uri] }),
    ];
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
