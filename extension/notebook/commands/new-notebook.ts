import * as vscode from "vscode";
import { KERNEL_NAME, newNotebookMetadata, NOTEBOOK_TYPE } from "../metadata.ts";

/** Opens an untitled notebook with one prompt cell that holds `source`, with our kernel chosen. */
export async function newNotebook(extension: string, source = ""): Promise<vscode.NotebookDocument> {
  const content = new vscode.NotebookData([new vscode.NotebookCellData(vscode.NotebookCellKind.Code, source, KERNEL_NAME)]);
  content.metadata = newNotebookMetadata();
  const notebook = await vscode.workspace.openNotebookDocument(NOTEBOOK_TYPE, content);
  const notebookEditor = await vscode.window.showNotebookDocument(notebook);
  await vscode.commands.executeCommand("notebook.selectKernel", { notebookEditor, id: KERNEL_NAME, extension });
  return notebook;
}
