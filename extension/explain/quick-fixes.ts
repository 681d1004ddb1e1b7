import * as vscode from "vscode";

import type { Settings } from "../host/settings.ts";

/** More would bury the fixes that a language service offers. */
const MOST_PROBLEMS = 3;

/** "Explain" and "fix" among the quick fixes of errors and warnings. */
export class ProblemActions implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  provideCodeActions(document: vscode.TextDocument, _range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    if (!this.#settings.get("retort.explain.quickFix", document)) return [];
    const problems = context.diagnostics.filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning).slice(0, MOST_PROBLEMS);
    return problems.flatMap((problem) => [
      action(vscode.l10n.t("Retort: Explain This Error"), "retort.explainError", document, problem),
      action(vscode.l10n.t("Retort: Suggest a Fix"), "retort.suggestFix", document, problem),
    ]);
  }
}

function action(title: string, command: string, document: vscode.TextDocument, problem: vscode.Diagnostic): vscode.CodeAction {
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  made.diagnostics = [problem];
  made.command = { title, command, arguments: [document.uri, problem.range] };
  return made;
}
