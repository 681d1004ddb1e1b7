import * as vscode from "vscode";

import type { ModelOffer, PrecisionOffer } from "../../runtime/api/types.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { addModelFile, forgetModelFile } from "./add-model-file.ts";
import { makeReady } from "./make-ready.ts";
import { modelRows, precisionRows, type PickRow } from "./offer-items.ts";
import type { ModelsParts } from "./parts.ts";
import { formatBytes, precisionName } from "./units.ts";

/** The type of a file that has not been opened and does not tell it by its name. */
const UNREAD = "unknown";

/** `Retort: Choose Model`: what is here and what could be, then what to do with it. Errors: those of the runtime, `cancelled`. */
export async function chooseModel(parts: ModelsParts): Promise<void> {
  const client = await parts.runtime.client();
  if (!client.local) return chooseRemote(parts, client);
  const offers = await client.offers();
  const row = await pick(modelRows(offers, parts.settings.get("retort.model"), vscode.l10n.t), vscode.l10n.t("Model · {0} of memory free", formatBytes(offers.memory.free_bytes)));
  if (row?.choice?.kind === "automatic") return parts.settings.update("retort.model", undefined);
  if (row?.choice?.kind === "add-file") return addModelFile(parts);
  if (row?.model !== undefined) await chooseAction(parts, client, row.model);
}

async function chooseAction(parts: ModelsParts, client: RuntimeClient, model: ModelOffer): Promise<void> {
  const row = await pick(precisionRows(model, vscode.l10n.t), `${model.name} · ${model.licence}`);
  const choice = row?.choice;
  if (choice?.kind === "forget-file") return forgetModelFile(parts, client, choice.model);
  if (choice?.kind !== "use" && choice?.kind !== "delete") return;
  const offer = model.precisions.find(({ precision }) => precision === choice.precision);
  if (offer === undefined) return;
  if (choice.kind === "delete") return deleteFile(client, model, offer);
  await useModel(parts, client, model, offer);
}

/** Makes the model ready and lets it do what it can: chat, unless it is one for code, which the user is asked about. */
export async function useModel(parts: ModelsParts, client: RuntimeClient, model: ModelOffer, offer: PrecisionOffer): Promise<void> {
  if (offer.fit === "too-big" && !(await confirmTooBig(model, offer))) return;
  // A file whose name tells no type is opened first, to see.
  await makeReady(parts, client, model.id, offer.quant === UNREAD ? undefined : offer.precision);
  const forChat = model.capabilities.includes("chat");
  const forCode = model.capabilities.includes("fim");
  if (forChat && !forCode) await parts.settings.update("retort.model", model.id);
  void tellReady(parts, model, offer, forChat && forCode && parts.settings.get("retort.model") !== model.id);
}

async function tellReady({ settings }: ModelsParts, model: ModelOffer, offer: PrecisionOffer, askForChat: boolean): Promise<void> {
  const alsoChat = vscode.l10n.t("Use It for Chat, Too");
  const ready = vscode.l10n.t("{0} is ready in {1}.", model.name, precisionName(offer.precision));
  const chosen = await vscode.window.showInformationMessage(ready, ...(askForChat ? [alsoChat] : []));
  if (chosen === alsoChat) await settings.update("retort.model", model.id);
}

async function confirmTooBig(model: ModelOffer, offer: PrecisionOffer): Promise<boolean> {
  const anyway = vscode.l10n.t("Try Anyway");
  const detail = vscode.l10n.t("It needs about {0}. A smaller precision or model, or a shorter context in the settings, may fit.", formatBytes(offer.need_bytes));
  return (await vscode.window.showWarningMessage(vscode.l10n.t("{0} in {1} is too big for this machine.", model.name, precisionName(offer.precision)), { modal: true, detail }, anyway)) === anyway;
}

async function deleteFile(client: RuntimeClient, model: ModelOffer, offer: PrecisionOffer): Promise<void> {
  const yes = vscode.l10n.t("Delete");
  const detail = vscode.l10n.t("This frees {0} on the disk. The model can be downloaded or made again.", formatBytes(offer.bytes));
  const question = vscode.l10n.t("Delete {0} in {1}?", model.name, precisionName(offer.precision));
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
  const { removed } = await client.remove(model.id, offer.precision);
  void vscode.window.showInformationMessage(vscode.l10n.t("Deleted {0}: {1} freed.", model.name, formatBytes(removed.reduce((sum, { bytes }) => sum + bytes, 0))));
}

/** Another server only tells names. */
async function chooseRemote({ settings }: ModelsParts, client: RuntimeClient): Promise<void> {
  const ids = (await client.models()).map(({ id }) => id);
  const chosen = await vscode.window.showQuickPick(ids, { placeHolder: vscode.l10n.t("Model of the server {0}", new URL(client.url).host) });
  if (chosen !== undefined) await settings.update("retort.model", chosen);
}

type Item<R> = vscode.QuickPickItem & { row: R };

async function pick<R extends PickRow>(rows: readonly R[], title: string): Promise<R | undefined> {
  const items = rows.map((row): Item<R> => ({
    label: row.label,
    row,
    ...(row.separator === true ? { kind: vscode.QuickPickItemKind.Separator } : {}),
    ...(row.description === undefined ? {} : { description: row.description }),
    ...(row.detail === undefined ? {} : { detail: row.detail }),
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))?.row;
}
