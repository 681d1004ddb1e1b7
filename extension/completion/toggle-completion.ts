import * as vscode from "vscode";

import type { CompletionOptions } from "./register.ts";

const BEFORE = "retort.completion.enableBefore";

/** Switches completion off in all languages, or back on as it was. */
export async function toggleCompletion({ settings, context }: CompletionOptions): Promise<void> {
  const enable = settings.get("retort.completion.enable");
  const on = Object.values(enable).some(Boolean);
  const before = context.globalState.get<Record<string, boolean>>(BEFORE);
  if (on) await context.globalState.update(BEFORE, { ...enable });
  const next = on ? allOff(enable) : (before ?? { ...enable, "*": true });
  await settings.update("retort.completion.enable", next);
  void vscode.window.setStatusBarMessage(on ? vscode.l10n.t("Code completion is off") : vscode.l10n.t("Code completion is on"), 3_000);
}

function allOff(enable: Readonly<Record<string, boolean>>): Record<string, boolean> {
  return Object.fromEntries(Object.keys({ ...enable, "*": false }).map((language) => [language, false]));
}
