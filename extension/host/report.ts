import * as vscode from "vscode";

import { asRetortError, isCancelled } from "../../runtime/errors.ts";
import type { Log } from "./log.ts";

/** One thing to do about a problem. */
export interface Action {
  title: string;
  run(): unknown;
}

/** Shows a failure with its hint and one action, by default the log. What the user cancelled is no failure. */
export async function reportFailure(log: Log, what: string, error: unknown, action?: Action): Promise<void> {
  if (isCancelled(error)) return;
  log.error(what, error);
  const { message, hint } = asRetortError(error);
  const remedy = action ?? { title: vscode.l10n.t("Show Log"), run: () => log.show() };
  const chosen = await vscode.window.showErrorMessage(failureText(message, hint), remedy.title);
  if (chosen === remedy.title) await remedy.run();
}

/** Errors are English where they arise; what says the same each time has a translation. */
function failureText(...texts: Array<string | undefined>): string {
  return texts.filter((text) => text !== undefined).map((text) => vscode.l10n.t(text)).join(" ");
}
