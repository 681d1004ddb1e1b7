import * as vscode from "vscode";

import type { ModelOffer, ModelOffers, PrecisionOffer } from "../../runtime/api/types.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { RetortError } from "../../runtime/errors.ts";
import { machineReport, type MachineFacts } from "./machine-report.ts";
import type { ModelsParts } from "./parts.ts";
import { TRIAL_MODEL } from "./recommend.ts";
import { trialRun } from "./trial-run.ts";
import type { ReportDocuments } from "./report-documents.ts";

/** `Retort: Check This Machine`: devices, a short real generation, and what suits this machine, as a document. Returns its text. */
export async function checkMachine(parts: ModelsParts, documents: ReportDocuments): Promise<string> {
  const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Checking this machine"), cancellable: true };
  const report = await vscode.window.withProgress(options, async (bar, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    const client = await parts.runtime.client(stop.signal);
    if (!client.local) throw new RetortError({ code: "not_available", message: "The setting retort.runtime.url points to a server elsewhere.", hint: "Clear it to check this machine.", status: 400 });
    bar.report({ message: vscode.l10n.t("devices") });
    const facts = await machineFacts(client, stop.signal, (message) => bar.report({ message }));
    return machineReport(facts, vscode.l10n.t);
  });
  await documents.show("machine", report);
  return report;
}

async function machineFacts(client: RuntimeClient, signal: AbortSignal, onStep: (message: string) => void): Promise<MachineFacts> {
  const [devices, offers] = await Promise.all([client.devices(signal), client.offers(signal)]);
  const chosen = trialModel(offers);
  if (chosen !== undefined) onStep(vscode.l10n.t("a short run of {0}", chosen.model.name));
  const trial = chosen === undefined ? null : await trialRun(client, chosen.model.id, chosen.offer.precision, signal);
  const { fallback } = await client.status(signal);
  return { devices, offers, trial, trialBytes: chosen?.offer.bytes ?? null, fallback: fallback?.reason ?? null };
}

/** A model that is in memory, else the small one, else the smallest that is here. */
function trialModel(offers: ModelOffers): { model: ModelOffer; offer: PrecisionOffer } | undefined {
  const here = offers.models.filter(({ capabilities }) => capabilities.includes("chat")).flatMap((model) => model.precisions.filter(({ state }) => state === "installed").map((offer) => ({ model, offer })));
  const rank = ({ model, offer }: (typeof here)[number]): number => (offer.loaded ? 0 : 1e15) + (model.id === TRIAL_MODEL && offer.precision === "int8" ? 0 : 1e14) + (offer.bytes ?? 0);
  return here.sort((a, b) => rank(a) - rank(b))[0];
}
