import type { LoadedInfo } from "../../../runtime/api/types.ts";
import { isInstalled, type AnyCard } from "../../host/model-choice.ts";
import type { ModelInformation } from "./lm-api.ts";

/** What VS Code's model picker shows and counts with. */
export type ModelFacts = Required<Omit<ModelInformation, "capabilities">>;

/** No answer gets more of a context than this share. */
const OUTPUT_SHARE = 0.25;
const MOST_OUTPUT = 4096;

/** The chat models on this machine with the limits that they really have: the loaded context, or the one they will be loaded with. */
export function modelInformation(cards: readonly AnyCard[], loaded: readonly LoadedInfo[], contextLength: number): ModelFacts[] {
  return cards.filter((card) => card.retort === undefined || (isInstalled(card) && card.retort.capabilities.includes("chat"))).map((card) => {
    const live = loaded.filter(({ model }) => model === card.id);
    const context = live.length > 0 ? Math.min(...live.map((info) => info.context)) : Math.min(card.retort?.context ?? contextLength, contextLength);
    const output = Math.min(MOST_OUTPUT, Math.floor(context * OUTPUT_SHARE));
    const precisions = (card.retort?.precisions ?? []).filter(({ installed }) => installed).map(({ precision }) => precision.toUpperCase());
    return {
      id: card.id,
      name: card.id,
      family: card.id.replace(/-[\d.]+[bm]$/iu, ""),
      version: card.retort?.active_precision ?? precisions[0]?.toLowerCase() ?? "1",
      maxInputTokens: context - output,
      maxOutputTokens: output,
      detail: precisions.join(", "),
      tooltip: card.retort === undefined ? card.owned_by : `${card.id}: ${context} tokens of context, ${precisions.join(", ")}`,
    };
  });
}
