import type { RuntimeStatus } from "../../runtime/api/types.ts";
import type { Precision } from "../../runtime/models/model.ts";
import { pickModel, type AnyCard } from "../host/model-choice.ts";

/** The model that the status bar and the toggle are about. */
export interface MainModel {
  id: string;
  name: string;
  /** The one that answers now; null while nobody has chosen. */
  precision: Precision | null;
}

/** The user's choice, else the model used last, else the one that would be taken. Null when there is none. */
export function mainModel(cards: readonly AnyCard[], status: RuntimeStatus | null, wanted: string): MainModel | null {
  const last = wanted === "" ? status?.loaded.at(-1)?.model : undefined;
  const card = cards.find(({ id }) => id === last) ?? pickModel(cards, "chat", wanted);
  if (card === undefined) return null;
  const loaded = card.retort?.precisions.find((one) => one.loaded)?.precision;
  const precision = card.retort?.active_precision ?? status?.active_precision[card.id] ?? loaded ?? null;
  return { id: card.id, name: card.id, precision };
}
