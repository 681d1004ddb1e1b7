import * as vscode from "vscode";

import { SERVER_KEY } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import { splitSecret } from "./secret-in-url.ts";

/** `Retort: Set Server Key`: asks for the key of `retort.runtime.url`; an empty one deletes it. */
export async function setServerKey(secrets: vscode.SecretStorage): Promise<void> {
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t("Key of the server in retort.runtime.url"),
    prompt: vscode.l10n.t("It is kept in the system's secret storage. Leave it empty to delete it."),
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return;
  if (key.trim() === "") await secrets.delete(SERVER_KEY);
  else await secrets.store(SERVER_KEY, key.trim());
}

/** Moves a secret that stands in the address of `retort.runtime.url` into SecretStorage, and says so. Returns whether there was one. */
export async function moveSecret(settings: Settings, secrets: vscode.SecretStorage): Promise<boolean> {
  const split = splitSecret(settings.get("retort.runtime.url"));
  if (split === null) return false;
  await secrets.store(SERVER_KEY, split.key);
  await settings.update("retort.runtime.url", split.url);
  void vscode.window.showInformationMessage(vscode.l10n.t("The key in the setting retort.runtime.url was moved to the secret storage: settings are files that are synchronised and shared. Change it with Retort: Set Server Key."));
  return true;
}
