import * as vscode from "vscode";
import { RetortError } from "../../runtime/errors.ts";

/** The notebook that a command is about: from the toolbar's or the cell's argument, or the active one. Rejects with `no_notebook`. */
export function targetNotebook(argument: unknown): vscode.NotebookDocument {
  const { notebook, notebookEditor } = (argument ?? {}) as { notebook?: vscode.NotebookDocument; notebookEditor?: { notebookUri?: vscode.Uri } };
  const uri = notebookEditor?.notebookUri?.toString();
  const found = notebook ?? vscode.workspace.notebookDocuments.find((document) => document.uri.toString() === uri) ?? vscode.window.activeNotebookEditor?.notebook;
  if (found !== undefined) return found;
  throw new RetortError({ code: "no_notebook", message: vscode.l10n.t("No notebook is open."), hint: vscode.l10n.t("Open one, or make one with Retort: New Notebook.") });
}

/** The code cell that a command is about: the argument of the cell's menu, or the first selected one. Rejects with `no_cell`. */
export function targetCell(argument: unknown): vscode.NotebookCell {
  const editor = vscode.window.activeNotebookEditor;
  const selected = editor?.selections[0]?.start;
  const cell = isCell(argument) ? argument : editor !== undefined && selected !== undefined && selected < editor.notebook.cellCount ? editor.notebook.cellAt(selected) : undefined;
  if (cell?.kind === vscode.NotebookCellKind.Code) return cell;
  throw new RetortError({ code: "no_cell", message: vscode.l10n.t("No prompt cell is selected."), hint: vscode.l10n.t("Select a cell first.") });
}

function isCell(argument: unknown): argument is vscode.NotebookCell {
  return typeof argument === "object" && argument !== null && "document" in argument && "notebook" in argument && "outputs" in argument;
}
