import * as vscode from "vscode";

import { RetortError } from "../../../runtime/errors.ts";

/** Puts code into the document that the explanation was about: at the cursor, or in place of the selection. One undo takes it back. */
export async function insertCode(target: string, code: string, mode: "insert" | "replace"): Promise<void> {
  const editor = await editorOf(vscode.Uri.parse(target));
  const { selection } = editor;
  const text = code.replace(/\n$/u, "");
  const place = mode === "insert" ? selection.active : selection;
  const done = await editor.edit((edit) => {
    if (place instanceof vscode.Position) edit.insert(place, text);
    else edit.replace(place, text);
  });
  if (!done) throw new RetortError({ code: "edit_refused", message: vscode.l10n.t("The code could not be put into the document."), hint: vscode.l10n.t("Check that it is not read-only.") });
}

async function editorOf(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const document = open?.document ?? await vscode.workspace.openTextDocument(uri);
  return vscode.window.showTextDocument(document, open?.viewColumn === undefined ? {} : { viewColumn: open.viewColumn });
}
