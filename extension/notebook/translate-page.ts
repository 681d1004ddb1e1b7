import type { IMimeBundle } from "@jupyterlab/nbformat";
import * as vscode from "vscode";

/** The answer of `%help` in the language of the editor, as far as there are translations. */
export async function translatePage(page: IMimeBundle): Promise<IMimeBundle> {
  const { cellPhrases } = await import("../language/phrases/cell-phrases.ts");
  const phrases = await cellPhrases(vscode.env.language);
  return Object.fromEntries(Object.entries(page).map(([mime, data]) => [mime, mime.startsWith("text/") && typeof data === "string" ? phrases.markdown(data) : data]));
}
