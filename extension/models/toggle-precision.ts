import * as vscode from "vscode";

import type { LoadedInfo } from "../../runtime/api/types.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { RetortError } from "../../runtime/errors.ts";
import type { Precision } from "../../runtime/models/model.ts";
import type { AnyCard } from "../host/model-choice.ts";
import { mainModel } from "./main-model.ts";
import { makeReady } from "./make-ready.ts";
import type { ModelsParts } from "./parts.ts";
import { otherPrecision, toggleText } from "./toggle-text.ts";
import { memoryOf, trialRun, type Trial } from "./trial-run.ts";
import { precisionName } from "./units.ts";

/** What a toggle did. */
export interface Toggled {
  before: Trial | null;
  after: Trial;
}

/**
 * `Retort: Toggle FP16 / INT8`: switches the main model at once, then measures both with a short run. The one before is
 * measured only while it is still in memory. Resolves to undefined when there is no model yet and the picker was opened.
 */
export async function togglePrecision(parts: ModelsParts): Promise<Toggled | undefined> {
  const client = await parts.runtime.client();
  if (!client.local) throw remoteHasNone();
  const [cards, status, offers] = await Promise.all([client.models(), client.status(), client.offers()]);
  const main = mainModel(cards, status, parts.settings.get("retort.model"));
  const model = offers.models.find(({ id }) => id === main?.id);
  if (main === null || model === undefined) {
    await vscode.commands.executeCommand("retort.chooseModel");
    return undefined;
  }
  const to = otherPrecision(model, main.precision);
  if (to === undefined) throw onlyOne(model.name);
  const old = await loadedNow(client, cards.find(({ id }) => id === main.id), main.precision);
  await makeReady(parts, client, main.id, to);
  if (parts.settings.get("retort.precision") !== "auto") await parts.settings.update("retort.precision", to as "fp16" | "int8");
  const toggled = await measure(client, main.id, to, old);
  parts.log.info(`${main.id}: ${old?.precision ?? "not loaded"} → ${to}`);
  void vscode.window.showInformationMessage(toggleText(model.name, toggled.before, toggled.after, vscode.l10n.t));
  return toggled;
}

/** What is in memory in this precision; undefined when it is not. */
async function loadedNow(client: RuntimeClient, card: AnyCard | undefined, precision: Precision | null): Promise<LoadedInfo | undefined> {
  const loaded = card?.retort?.precisions.some((one) => one.loaded && one.precision === precision) ?? false;
  return loaded && card !== undefined && precision !== null ? client.load(card.id, precision) : undefined;
}

async function measure(client: RuntimeClient, id: string, to: Precision, old: LoadedInfo | undefined): Promise<Toggled> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Measuring {0} …", precisionName(to)) }, async () => {
    const after = await trialRun(client, id, to);
    return { before: old === undefined ? null : await before(client, id, old), after };
  });
}

async function before(client: RuntimeClient, id: string, old: LoadedInfo): Promise<Trial> {
  const stillHere = (await client.status()).loaded.some(({ file_sha256 }) => file_sha256 === old.file_sha256);
  if (stillHere) return trialRun(client, id, old.precision);
  return { model: id, precision: old.precision, ttftMs: null, decodeTokS: null, tokens: 0, backend: old.backend, device: old.device, memory: memoryOf(old) };
}

function remoteHasNone(): RetortError {
  return new RetortError({ code: "not_available", message: "A server elsewhere chooses its precision itself.", hint: "Clear the setting retort.runtime.url to use this machine.", status: 400 });
}

function onlyOne(name: string): RetortError {
  return new RetortError({ code: "precision_unavailable", message: `There is only one precision of ${name}.`, hint: "Choose another model: Retort: Choose Model.", status: 400 });
}
