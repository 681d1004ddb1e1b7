import * as vscode from "vscode";

import { RetortError } from "../../runtime/errors.ts";
import type { Snooze } from "./snooze.ts";

const CHOICES = [5, 15, 60];
const LONGEST = 24 * 60;

/** `minutes`: for keybindings; 0 resumes. Without it the user is asked. */
export async function snoozeCompletion(snooze: Snooze, minutes: unknown): Promise<void> {
  const chosen = minutes === undefined ? await ask(snooze.active) : minutes;
  if (chosen === undefined) return;
  if (typeof chosen !== "number" || !(chosen >= 0 && chosen <= LONGEST)) {
    throw new RetortError({ code: "bad_argument", message: "retort.snoozeCompletion takes a number of minutes.", hint: `Give a number from 0 to ${LONGEST}; 0 resumes.` });
  }
  if (chosen === 0) snooze.end();
  else snooze.start(chosen);
}

async function ask(active: boolean): Promise<number | undefined> {
  const items = [
    ...(active ? [{ label: vscode.l10n.t("Resume"), minutes: 0 }] : []),
    ...CHOICES.map((minutes) => ({ label: vscode.l10n.t("{0} minutes", minutes), minutes })),
  ];
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("No suggestions for …") }))?.minutes;
}
