import type { LoadedInfo } from "../../../runtime/api/types.ts";
import { RetortError } from "../../../runtime/errors.ts";
import type { Precision } from "../../../runtime/models/model.ts";
import { isInstalled, pickModel, type AnyCard } from "../../host/model-choice.ts";
import type { PromptStyle } from "../prompts/prompt.ts";

/** What the user has set. */
export interface ModelWish {
  /** Empty: automatic. */
  model: string;
  precision: "auto" | "fp16" | "int8";
  /** Tokens of context with which the runtime loads a model. */
  contextLength: number;
}

/** The model that answers. */
export interface ChosenModel {
  id: string;
  /** Undefined: whichever is active, or the server does not know precisions. */
  precision: Precision | undefined;
  style: PromptStyle;
  /** Tokens that prompt and answer have together. */
  context: number;
}

/** Weights of fewer bytes than this, in their largest form, make a model that needs short instructions. */
const SMALL_MODEL_BYTES = 800e6;

/** The model for chat. Throws `no_model` when none is installed, `model_not_installed` when the wanted one is not. */
export function chosenModel(cards: readonly AnyCard[], loaded: readonly LoadedInfo[], wish: ModelWish): ChosenModel {
  const card = pickModel(cards, "chat", wish.model);
  if (card === undefined) throw wish.model === "" ? noModel() : notInstalled(wish.model);
  if (!isInstalled(card)) throw notInstalled(card.id);
  const precision = wish.precision === "auto" || card.retort === undefined ? undefined : wish.precision;
  return { id: card.id, precision, style: styleOf(card), context: contextOf(card, loaded, precision, wish.contextLength) };
}

/** R1 and its kind were trained without a system prompt. What nothing is known about is treated like a large chat model. */
function styleOf({ retort }: AnyCard): PromptStyle {
  if (retort === undefined) return { system: true, brief: false };
  const bytes = Math.max(0, ...retort.precisions.map((file) => file.bytes));
  return { system: !retort.capabilities.includes("reasoning"), brief: bytes > 0 && bytes < SMALL_MODEL_BYTES };
}

/** The context as it is loaded; what it will be, while it is not. */
function contextOf(card: AnyCard, loaded: readonly LoadedInfo[], precision: Precision | undefined, contextLength: number): number {
  const live = loaded.filter(({ model }) => model === card.id).find((info) => precision === undefined || info.precision === precision);
  return live?.context ?? Math.min(card.retort?.context ?? contextLength, contextLength);
}

function noModel(): RetortError {
  return new RetortError({ code: "no_model", message: "No chat model is on this machine yet.", hint: "Choose a model to download.", status: 404 });
}

function notInstalled(model: string): RetortError {
  return new RetortError({ code: "model_not_installed", message: `The model ${model} is not on this machine.`, hint: "Choose a model, or clear the setting retort.model.", status: 404 });
}
