import * as vscode from "vscode";

import type { Diagnostic } from "../../kernel/cells/cell.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import { SOURCE } from "./diagnostics.ts";
import type { Phrases } from "./phrases/phrases.ts";
import { toRange } from "./ranges.ts";

/** The repairs that `kernel/cells` knows, such as "did you mean". */
export class QuickFixProvider implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];
  readonly #analyses: NotebookAnalyses;
  readonly #phrases: Phrases;

  constructor(analyses: NotebookAnalyses, phrases: Phrases) {
    this.#analyses = analyses;
    this.#phrases = phrases;
  }

  provideCodeActions(document: vscode.TextDocument, wanted: vscode.Range, { diagnostics }: vscode.CodeActionContext): vscode.CodeAction[] {
    const place = this.#analyses.placeOf(document);
    if (place === undefined) return [];
    return place.analysis.diagnostics(place.index).flatMap((found) => {
      const range = toRange(document, found.range);
      if (found.fix === undefined || range.intersection(wanted) === undefined) return [];
      return [actionFor(document, found.fix, this.#phrases.text(found.fix.title), diagnostics.filter((shown) => shown.source === SOURCE && shown.code === found.code && shown.range.isEqual(range)))];
    });
  }
}

function actionFor(document: vscode.TextDocument, fix: NonNullable<Diagnostic["fix"]>, title: string, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(document.uri, toRange(document, fix.range), fix.replacement);
  action.diagnostics = diagnostics;
  action.isPreferred = true;
  return action;
}
