import * as vscode from "vscode";

/** Asks the question of a cell. Undefined: the user put it away, or `token` was cancelled. */
export async function askUser(prompt: string, password: boolean, token: vscode.CancellationToken): Promise<string | undefined> {
  return await vscode.window.showInputBox({ title: vscode.l10n.t("Question from the cell"), prompt, password, ignoreFocusOut: true }, token);
}
