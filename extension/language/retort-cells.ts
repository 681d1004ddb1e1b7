import * as vscode from "vscode";

/** The language id of our cells. */
export const LANGUAGE = "retort";
/**
 * Code cells of our language in Jupyter notebooks, wherever the notebook lies. No scheme: beside a notebook type it would
 * be compared with that of the notebook's file.
 */
export const CELLS: vscode.DocumentSelector = { language: LANGUAGE, notebookType: "jupyter-notebook" };

/** True for the text of a cell that the language help is for. Right from the moment the text opens, before its notebook is known. */
export function isRetortCell({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === LANGUAGE && uri.scheme === "vscode-notebook-cell";
}

/** The notebook that a cell's text belongs to. */
export function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  return vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.path === document.uri.path && notebook.getCells().some((cell) => cell.document === document));
}

/** The cells of our language, from top to bottom. */
export function retortCells(notebook: vscode.NotebookDocument): vscode.NotebookCell[] {
  return notebook.getCells().filter((cell) => cell.kind === vscode.NotebookCellKind.Code && cell.document.languageId === LANGUAGE);
}
