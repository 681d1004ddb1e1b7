import * as vscode from "vscode";
import { RetortError } from "../../../runtime/errors.ts";
import { insertBelow } from "../insert-below.ts";
import { KERNEL_NAME } from "../metadata.ts";
import { precisionCopy } from "../precision-copy.ts";

/** Puts a cell below `cell` that asks the same prompt in FP16 and INT8, and runs it. Rejects with `not_a_prompt`. */
export async function comparePrecisions(cell: vscode.NotebookCell): Promise<void> {
  const code = precisionCopy(cell.document.getText().replaceAll("\r\n", "\n"));
  if (code === null) {
    throw new RetortError({ code: "not_a_prompt", message: vscode.l10n.t("Only a prompt can be compared in FP16 and INT8; this cell is none, or has a mistake."), hint: vscode.l10n.t("Select a prompt cell that runs.") });
  }
  const copy = await insertBelow(cell, new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code, KERNEL_NAME));
  const { index, notebook } = copy;
  await vscode.commands.executeCommand("notebook.cell.execute", { ranges: [{ start: index, end: index + 1 }], document: notebook.uri });
}
