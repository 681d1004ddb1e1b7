import * as vscode from "vscode";

import { addOwnModel, forgetOwnModel } from "../../runtime/client/own-models.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { RetortError } from "../../runtime/errors.ts";
import { retortPaths } from "../../runtime/paths.ts";
import { runtimeEnvironment } from "../host/runtime-environment.ts";
import { makeReady } from "./make-ready.ts";
import type { ModelsParts } from "./parts.ts";

/** Asks for a GGUF file, puts it on the user's own list and loads it. The file stays where it is. */
export async function addModelFile(parts: ModelsParts, path?: string): Promise<void> {
  const client = await parts.runtime.client();
  if (!client.local) throw notHere();
  const file = path ?? (await askForFile());
  if (file === undefined) return;
  const paths = retortPaths(runtimeEnvironment(parts.settings));
  const taken = (await client.offers()).models.map(({ id }) => id);
  const name = await addOwnModel(paths, file, taken);
  const listed = (await client.offers()).models.some(({ id }) => id === name);
  if (!listed) throw new RetortError({ code: "not_a_model_file", message: `${file} cannot be read.`, hint: "Check the file and its permissions.", status: 404 });
  try {
    await makeReady(parts, client, name);
  } catch (error) {
    // What is no model, or a damaged one, must not stay in the list.
    if (error instanceof RetortError && /^gguf_|^load_failed$/.test(error.code)) await forgetModelFile(parts, client, name);
    throw error;
  }
  await parts.settings.update("retort.model", name);
  void vscode.window.showInformationMessage(vscode.l10n.t("{0} answers from now on. The file is read where it is.", name));
}

/** Takes a file off the user's list. Nothing of it is deleted. */
export async function forgetModelFile({ settings }: ModelsParts, client: RuntimeClient, name: string): Promise<void> {
  await forgetOwnModel(retortPaths(runtimeEnvironment(settings)), name);
  await client.unload(name);
  await client.offers();
  if (settings.get("retort.model") === name) await settings.update("retort.model", undefined);
}

async function askForFile(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({ canSelectMany: false, filters: { GGUF: ["gguf"] }, openLabel: vscode.l10n.t("Use This Model") });
  return chosen?.[0]?.fsPath;
}

function notHere(): RetortError {
  return new RetortError({ code: "not_available", message: "A server elsewhere cannot read files of this machine.", hint: "Clear the setting retort.runtime.url to use this machine.", status: 400 });
}
