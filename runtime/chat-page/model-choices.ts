import type { ModelCard, ModelOffer, ModelOffers, PrecisionOffer, RuntimeStatus } from "../api/types.ts";
import { formatBytes } from "../bytes.ts";
import type { Precision } from "../models/model.ts";

/** The two sides of the toggle. */
export const TOGGLE: readonly Precision[] = ["fp16", "int8"];

/** One side of the toggle for one model. */
export interface PrecisionChoice {
  precision: Precision;
  quant: string;
  loaded: boolean;
  /** It can be had without a download. */
  available: boolean;
  /** What choosing it takes, or why it cannot be chosen. */
  note: string;
}

/** A model that the page offers. */
export interface ModelChoice {
  /** The name for requests. */
  id: string;
  name: string;
  /** It is on this machine. */
  here: boolean;
  reasoning: boolean;
  precisions: PrecisionChoice[];
  /** What answers now; null where nothing is decided before the model is loaded. */
  active: Precision | null;
}

/** The models for a conversation: those that are here first, aliases among them. */
export function modelChoices(offers: ModelOffers, cards: readonly ModelCard[], status: RuntimeStatus): ModelChoice[] {
  const chatting = offers.models.filter(({ capabilities }) => capabilities.includes("chat"));
  const known = new Set(offers.models.map(({ id }) => id));
  const aliases = cards.filter(({ id, retort }) => !known.has(id) && retort.capabilities.includes("chat")).map(aliasChoice);
  const choices = chatting.map((offer) => offerChoice(offer, status));
  return [...choices.filter(({ here }) => here), ...aliases, ...choices.filter(({ here }) => !here)];
}

/** The model to begin with: the one chosen last time where it is still here, else one in memory, else the first one here. */
export function firstChoice(choices: readonly ModelChoice[], remembered: string | null): ModelChoice | undefined {
  const here = choices.filter((choice) => choice.here);
  return here.find(({ id }) => id === remembered) ?? here.find(({ precisions }) => precisions.some(({ loaded }) => loaded)) ?? here[0];
}

/** A choice after its precision was changed: the next question may come before the runtime has been asked anew. */
export function switched(choice: ModelChoice, active: Precision): ModelChoice {
  return { ...choice, active, precisions: choice.precisions.map((one) => (one.precision === active ? { ...one, loaded: true } : one)) };
}

function offerChoice({ id, name, capabilities, precisions }: ModelOffer, { active_precision: active }: RuntimeStatus): ModelChoice {
  return {
    id,
    name,
    here: precisions.some(({ state }) => state === "installed"),
    reasoning: capabilities.includes("reasoning"),
    precisions: precisions.map(({ precision, quant, loaded, ...offer }) => ({ precision, quant, loaded, ...takes({ quant, loaded, ...offer }) })),
    active: active[id] ?? null,
  };
}

/** An alias has a card only; the files of its model are on that. */
function aliasChoice({ id, retort: { capabilities, precisions, active_precision: active } }: ModelCard): ModelChoice {
  return {
    id,
    name: id,
    here: true,
    reasoning: capabilities.includes("reasoning"),
    precisions: precisions.map(({ precision, quant, loaded, installed }) => ({ precision, quant, loaded, available: installed, note: installed ? quant : "It is not on this machine." })),
    active,
  };
}

function takes({ quant, loaded, state, bytes, download_bytes: download, from, fit }: Omit<PrecisionOffer, "precision">): Pick<PrecisionChoice, "available" | "note"> {
  const size = bytes === null ? "" : `, ${formatBytes(bytes)}`;
  if (fit === "too-big" && !loaded) return { available: false, note: `${quant}${size}: more than the memory for models.` };
  if (state === "download") return { available: false, note: `It is not on this machine${download === null ? "" : ` (${formatBytes(download)} to download)`}: \`retort pull\` gets it.` };
  if (state === "make") return { available: true, note: `${quant}${size}, made here from ${from} first.` };
  return { available: true, note: `${quant}${size}${loaded ? ", in memory" : ""}` };
}
