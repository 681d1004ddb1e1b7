import * as vscode from "vscode";

import { RetortError } from "../../../runtime/errors.ts";
import { explainTerminal } from "../prompts/explain-terminal.ts";
import type { Job } from "../run/job.ts";
import { plainOutput } from "./plain-output.ts";

/**
 * What is selected in the terminal, or else the text in the clipboard, which afterwards holds what it held before: the
 * stable API hands a terminal's selection over by no other way. Throws `no_terminal_text` when there is nothing.
 */
export async function terminalJob(): Promise<Job> {
  const before = await vscode.env.clipboard.readText();
  if (vscode.window.activeTerminal !== undefined) await vscode.commands.executeCommand("workbench.action.terminal.copySelection");
  const copied = await vscode.env.clipboard.readText();
  if (copied !== before) await vscode.env.clipboard.writeText(before);
  const text = plainOutput(copied);
  if (text === "") {
    throw new RetortError({ code: "no_terminal_text", message: vscode.l10n.t("No terminal output is selected."), hint: vscode.l10n.t("Select text in the terminal, or copy it, and try again.") });
  }
  return {
    title: vscode.l10n.t("Explain terminal output"),
    prompt: explainTerminal,
    // The end of an output tells what went wrong.
    parts: [{ kind: "subject", label: "terminal output", text, language: "", trim: "start" }],
    file: "",
    language: "",
    target: null,
  };
}
