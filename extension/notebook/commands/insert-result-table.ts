import * as vscode from "vscode";
import { RetortError } from "../../../runtime/errors.ts";
import { markdownTables } from "../html-table.ts";
import { insertBelow } from "../insert-below.ts";

/** Puts the tables of a cell's outputs as a Markdown cell below it. Rejects with `no_table`. */
export async function insertResultTable(cell: vscode.NotebookCell): Promise<void> {
  const html = cell.outputs.flatMap(({ items }) => items.filter(({ mime }) => mime === "text/html"));
  const tables = html.map(({ data }) => markdownTables(new TextDecoder().decode(data))).filter((table) => table !== null);
  if (tables.length === 0) {
    throw new RetortError({ code: "no_table", message: vscode.l10n.t("The outputs of this cell have no table."), hint: vscode.l10n.t("Run it with `runs: 2` or more, or with a `matrix:`.") });
  }
  await insertBelow(cell, new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, tables.join("\n\n"), "markdown"));
}
