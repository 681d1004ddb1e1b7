import type { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
import type { CountTokens } from "../context/tokens.ts";
import { estimateTokens } from "../context/tokens.ts";
import { chosenModel, type ChosenModel, type ModelWish } from "./chosen-model.ts";

/** The model that answers now. Errors: those of `chosenModel` and of the client. */
export async function findModel(client: RuntimeClient, wish: ModelWish, signal: AbortSignal): Promise<ChosenModel> {
  const [cards, status] = await Promise.all([client.models(signal), client.local ? client.status(signal) : null]);
  return chosenModel(cards, status?.loaded ?? [], wish);
}

/** Counts with the model's own tokenizer; other servers have none to offer, so theirs are estimated. */
export function counter(client: RuntimeClient, { id, precision }: ChosenModel, signal: AbortSignal): CountTokens {
  if (!client.local) return async (text) => estimateTokens(text);
  const which = { model: id, ...(precision === undefined ? {} : { precision }) };
  return async (text) => (text === "" ? 0 : (await client.tokenize({ ...which, content: text }, { signal, priority: "chat" })).length);
}
