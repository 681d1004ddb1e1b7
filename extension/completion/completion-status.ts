import * as vscode from "vscode";

import type { StatusBoard } from "../host/status-board.ts";
import type { FillMode } from "./completion-engine.ts";
import { refusedText } from "./reason-text.ts";
import { isFilterReason } from "./reasons.ts";
import type { Answer } from "./request.ts";

/** What the status bar tells about completion. A refusal is told once for each model, with the one thing to do. */
export class CompletionStatus implements vscode.Disposable {
  readonly #board: StatusBoard;
  readonly #told = new Set<string>();

  constructor(board: StatusBoard) {
    this.#board = board;
  }

  mode(mode: FillMode): void {
    const note = mode.kind === "continuation" ? vscode.l10n.t("{0} completes in continuation mode: it does not see what follows the cursor", mode.model) : null;
    if (mode.kind === "refused") {
      this.#set("mode", { kind: "paused", text: refusedText(mode.model, mode.instead, vscode.l10n.t) });
      void this.#tell(mode.model, mode.instead);
    } else this.#set("mode", note === null ? null : { kind: "note", text: note });
  }

  answered(answer: Answer, onBattery: boolean): void {
    this.#set("battery", onBattery ? { kind: "paused", text: vscode.l10n.t("Code completion pauses on battery") } : null);
    const failed = answer.kind === "none" && answer.reason === "engine_failed";
    if (failed || answer.kind === "shown" || isFilterReason(answer.reason)) this.#set("failure", failed ? { kind: "error", text: answer.error?.message ?? vscode.l10n.t("The engine failed.") } : null);
  }

  dispose(): void {
    for (const part of ["mode", "battery", "failure"]) this.#board.set(`completion.${part}`, null);
  }

  async #tell(model: string, instead: string | null): Promise<void> {
    if (this.#told.has(model)) return;
    this.#told.add(model);
    const action = instead === null ? { title: vscode.l10n.t("Choose Model …"), command: "retort.chooseModel" } : { title: vscode.l10n.t("Get {0}", instead), command: "retort.getFirstModel" };
    const chosen = await vscode.window.showWarningMessage(refusedText(model, instead, vscode.l10n.t), action.title);
    if (chosen === action.title) await vscode.commands.executeCommand(action.command, ...(instead === null ? [] : [instead]));
  }

  /** Listeners draw anew with each change, so the same thing is not put up with every key. */
  #set(part: string, activity: Parameters<StatusBoard["set"]>[1]): void {
    const key = `completion.${part}`;
    const old = this.#board.activities.get(key);
    if (old?.text === activity?.text && old?.kind === activity?.kind) return;
    this.#board.set(key, activity);
  }
}
