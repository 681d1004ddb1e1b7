import type { ModelOffer, ModelOffers, PrecisionOffer } from "../../runtime/api/types.ts";
import type { Precision } from "../../runtime/models/model.ts";
import type { Translate } from "../host/translate.ts";
import { formatBytes, precisionName } from "./units.ts";

/** What choosing a row of the picker leads to. */
export type Choice =
  | { kind: "use" | "delete"; model: string; precision: Precision }
  | { kind: "automatic" }
  | { kind: "add-file" }
  | { kind: "forget-file"; model: string };

/** A row of a quick pick, or with `separator` a line between two groups. */
export interface PickRow {
  separator?: true;
  label: string;
  description?: string;
  detail?: string;
  choice?: Choice;
}

/** The first picker: a row for each model, what is here before what is not. */
export function modelRows(offers: ModelOffers, chosen: string, t: Translate): Array<PickRow & { model?: ModelOffer }> {
  const here = offers.models.filter(isHere);
  const elsewhere = offers.models.filter((model) => !isHere(model));
  const rows = (models: readonly ModelOffer[]): Array<PickRow & { model?: ModelOffer }> => models.map((model) => ({ ...modelRow(model, model.id === chosen, t), model }));
  return [
    { label: `${chosen === "" ? "$(check) " : ""}${t("Automatic")}`, description: t("the best one on this machine"), choice: { kind: "automatic" } },
    ...(here.length === 0 ? [] : [{ separator: true as const, label: t("On this machine") }, ...rows(here)]),
    ...(elsewhere.length === 0 ? [] : [{ separator: true as const, label: t("To download") }, ...rows(elsewhere)]),
    { separator: true, label: "" },
    { label: `$(file-add) ${t("Use a GGUF file of your own …")}`, choice: { kind: "add-file" } },
  ];
}

function modelRow(model: ModelOffer, chosen: boolean, t: Translate): PickRow {
  const precisions = model.precisions.filter(({ state }) => (isHere(model) ? state === "installed" : true));
  const sizes = precisions.map(({ precision, bytes }) => `${precisionName(precision)} ${formatBytes(bytes)}`).join(" · ");
  const facts = [capabilityText(model, t), model.licence === "unknown" ? "" : model.licence, fitText(bestFit(model.precisions), t)];
  return {
    label: `${chosen ? "$(check) " : ""}${model.name}`,
    description: sizes,
    detail: `${facts.filter((fact) => fact !== "").join(" · ")} — ${model.description}`,
  };
}

/** The second picker: what can be done with one model. */
export function precisionRows(model: ModelOffer, t: Translate): PickRow[] {
  const uses = model.precisions.map((offer): PickRow => ({
    label: `${stateIcon(offer)} ${precisionName(offer.precision)}`,
    description: [stateText(offer, t), fitText(offer.fit, t)].filter((text) => text !== "").join(" · "),
    detail: t("file {0}, in memory about {1}", formatBytes(offer.bytes), formatBytes(offer.need_bytes)),
    choice: { kind: "use", model: model.id, precision: offer.precision },
  }));
  const deletes = model.precisions.filter(({ removable }) => removable).map((offer): PickRow => ({
    label: `$(trash) ${t("Delete {0}", precisionName(offer.precision))}`,
    description: formatBytes(offer.bytes),
    choice: { kind: "delete", model: model.id, precision: offer.precision },
  }));
  const own = model.precisions.some(({ from, state }) => state === "installed" && from.startsWith("file:"));
  const forget: PickRow[] = own ? [{ label: `$(close) ${t("Take it off the list")}`, description: t("the file stays"), choice: { kind: "forget-file", model: model.id } }] : [];
  return [...uses, ...(deletes.length + forget.length === 0 ? [] : [{ separator: true as const, label: "" }]), ...deletes, ...forget];
}

export function isHere(model: ModelOffer): boolean {
  return model.precisions.some(({ state }) => state === "installed");
}

function stateIcon({ state, loaded }: PrecisionOffer): string {
  if (state === "installed") return loaded ? "$(circle-filled)" : "$(circle-outline)";
  return state === "make" ? "$(tools)" : "$(cloud-download)";
}

/** What has to happen before this precision can be used. */
export function stateText(offer: PrecisionOffer, t: Translate): string {
  if (offer.state === "installed") return offer.loaded ? t("in memory") : t("on this machine");
  if (offer.state === "make") return t("made here from {0}, no download", offer.from);
  if (offer.partial_bytes > 0 && offer.download_bytes !== null) {
    return t("goes on with the download at {0} %", Math.min(99, Math.floor((offer.partial_bytes / offer.download_bytes) * 100)));
  }
  return t("download {0}", formatBytes(offer.download_bytes));
}

export function fitText(fit: PrecisionOffer["fit"], t: Translate): string {
  if (fit === "fits") return t("fits into memory");
  if (fit === "tight") return t("memory is tight now");
  return fit === "too-big" ? t("too big for this machine") : "";
}

function bestFit(precisions: readonly PrecisionOffer[]): PrecisionOffer["fit"] {
  return (["fits", "tight", "too-big"] as const).find((fit) => precisions.some((offer) => offer.fit === fit)) ?? null;
}

function capabilityText({ capabilities }: ModelOffer, t: Translate): string {
  const names: Record<string, string> = { chat: t("chat"), reasoning: t("reasoning"), fim: t("code completion"), tools: t("tools"), embeddings: t("embeddings") };
  return capabilities.map((capability) => names[capability] ?? capability).join(", ");
}
