import type { ModelCard } from "../../runtime/api/types.ts";

/** A model card of any OpenAI-compatible server: only ours tells capabilities and files. */
export type AnyCard = Omit<ModelCard, "retort"> & Partial<Pick<ModelCard, "retort">>;

/**
 * The model for a job. `wanted` is the user's choice, empty for automatic: the first one that is on this machine and
 * can do the job, in the catalogue's order (the main model first, the demonstration model last).
 */
export function pickModel(cards: readonly AnyCard[], capability: string, wanted: string): AnyCard | undefined {
  if (wanted !== "") return cards.find(({ id }) => id === wanted);
  return cards.find((card) => card.retort === undefined || (isInstalled(card) && card.retort.capabilities.includes(capability)));
}

export function isInstalled({ retort }: AnyCard): boolean {
  return retort?.precisions.some(({ installed }) => installed) ?? true;
}
