import * as vscode from "vscode";

import { settingsEdits } from "../../kernel/cells/set-settings.ts";
import { LANGUAGE } from "./retort-cells.ts";
import { toRange } from "./ranges.ts";
import { RUN_VARIANTS, type RunVariant } from "./run-variants.ts";

/** Puts a variant's settings into a prompt cell, where everybody sees them and can undo them, and runs it. */
export async function runCellWith(uri?: vscode.Uri, variantId?: string): Promise<void> {
  const cell = cellOf(uri);
  if (cell === undefined) return void vscode.window.showInformationMessage(vscode.l10n.t("Select a prompt cell of a notebook first."));
  const edits = (variant: RunVariant): ReturnType<typeof settingsEdits> => settingsEdits(cell.document.getText(), variant.settings);
  const variant = RUN_VARIANTS.find(({ id }) => id === variantId) ?? await chooseVariant();
  if (variant === undefined) return;
  const changes = edits(variant);
  if (changes === null) return void vscode.window.showWarningMessage(vscode.l10n.t("The cell is no prompt, or has a mistake. Correct what is underlined first."));
  const edit = new vscode.WorkspaceEdit();
  edit.set(cell.document.uri, changes.map(({ range, text }) => vscode.TextEdit.replace(toRange(cell.document, range), text)));
  if (!await vscode.workspace.applyEdit(edit)) return;
  await vscode.commands.executeCommand("notebook.cell.execute", { ranges: [{ start: cell.index, end: cell.index + 1 }], document: cell.notebook.uri });
}

async function chooseVariant(): Promise<RunVariant | undefined> {
  const items = RUN_VARIANTS.map((variant) => ({ label: vscode.l10n.t(variant.title), detail: settingsText(variant), variant }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("Run this cell with") }))?.variant;
}

function settingsText({ settings }: RunVariant): string {
  return Object.entries(settings).flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`])).join("   ");
}

function cellOf(uri: vscode.Uri | undefined): vscode.NotebookCell | undefined {
  const editor = vscode.window.activeNotebookEditor;
  const cells = vscode.workspace.notebookDocuments.flatMap((notebook) => notebook.getCells());
  const cell = uri === undefined ? editor?.notebook.cellAt(editor.selection.start) : cells.find(({ document }) => document.uri.toString() === uri.toString());
  return cell?.document.languageId === LANGUAGE ? cell : undefined;
}
