import * as vscode from "vscode";

import { asRetortError } from "../../../runtime/errors.ts";
import type { Log } from "../../host/log.ts";
import type { Action } from "../../host/report.ts";

/** Errors that another model cures. */
const MODEL_ERRORS = new Set(["no_model", "model_not_installed", "model_not_found", "model_lacks_capability", "no_memory", "not_a_chat_model"]);

/** The one thing to do about a failure. */
export function remedyFor(error: unknown, log: Log): Action {
  if (MODEL_ERRORS.has(asRetortError(error).code)) {
    return { title: vscode.l10n.t("Choose Model"), run: () => vscode.commands.executeCommand("retort.chooseModel") };
  }
  return { title: vscode.l10n.t("Show Log"), run: () => log.show() };
}

/** A failure in one or two sentences. */
export function failureText(error: unknown): string {
  const { message, hint } = asRetortError(error);
  return [message, hint].filter((text) => text !== undefined).map((text) => vscode.l10n.t(text)).join(" ");
}
