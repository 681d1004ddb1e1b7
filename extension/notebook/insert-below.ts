import * as vscode from "vscode";
import { RetortError } from "../../runtime/errors.ts";

/** Inserts a cell below `cell` and shows it. Rejects with `edit_refused`, for example in a read-only notebook. */
export async function insertBelow({ index, notebook }: vscode.NotebookCell, data: vscode.NotebookCellData): Promise<vscode.NotebookCell> {
  const edit = new vscode.WorkspaceEdit();
  edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(index + 1, [data])]);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new RetortError({ code: "edit_refused", message: vscode.l10n.t("The notebook could not be changed."), hint: vscode.l10n.t("Save it under another name if it is read-only.") });
  }
  const editor = vscode.window.visibleNotebookEditors.find((visible) => visible.notebook === notebook);
  const range = new vscode.NotebookRange(index + 1, index + 2);
  if (editor !== undefined) editor.selections = [range];
  editor?.revealRange(range);
  return notebook.cellAt(index + 1);
}
