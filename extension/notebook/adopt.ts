import * as vscode from "vscode";
import { isOurs, kernelLabel, KERNEL_NAME, withOurKernel } from "./metadata.ts";

/**
 * Makes a notebook for which our kernel was chosen one of ours: the file names the kernel, its code cells are prompts.
 * One that has code in another language is changed only after a question.
 */
export async function adoptNotebook(notebook: vscode.NotebookDocument): Promise<void> {
  if (isOurs(notebook.metadata)) return;
  if (hasForeignCode(notebook) && !(await mayConvert(notebook))) return;
  const edit = new vscode.WorkspaceEdit();
  edit.set(notebook.uri, [vscode.NotebookEdit.updateNotebookMetadata(withOurKernel(notebook.metadata))]);
  await vscode.workspace.applyEdit(edit);
  for (const { document } of foreignCells(notebook)) await vscode.languages.setTextDocumentLanguage(document, KERNEL_NAME);
}

async function mayConvert(notebook: vscode.NotebookDocument): Promise<boolean> {
  const label = kernelLabel(notebook.metadata) ?? foreignCells(notebook)[0]?.document.languageId ?? "";
  const convert = vscode.l10n.t("Convert to Retort");
  const question = vscode.l10n.t("This notebook was written for {0}. Retort runs its code cells only when they are converted to prompts.", label);
  return (await vscode.window.showWarningMessage(question, convert)) === convert;
}

function hasForeignCode(notebook: vscode.NotebookDocument): boolean {
  return foreignCells(notebook).some(({ document }) => document.getText().trim() !== "");
}

function foreignCells(notebook: vscode.NotebookDocument): vscode.NotebookCell[] {
  return notebook.getCells().filter(({ kind, document }) => kind === vscode.NotebookCellKind.Code && document.languageId !== KERNEL_NAME);
}
