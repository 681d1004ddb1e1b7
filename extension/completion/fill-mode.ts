import type { FillMode } from "./completion-engine.ts";

/** Comes with Retort and is on every machine. Too small to be of much use; it shows that everything works. */
export const DEMONSTRATION_MODEL = "smollm2-135m";

/** What is known about a model. `capabilities` null: another server's, which tells nothing. */
export interface KnownModel {
  id: string;
  capabilities: readonly string[] | null;
  installed: boolean;
}

/**
 * How to complete with the user's choice of model, or with the best one that is here: the first one trained to fill in
 * the middle, else the demonstration model, which can only go on with the text before the cursor. Pure.
 */
export function fillMode(models: readonly KnownModel[], wanted: string): FillMode {
  const instead = (models.find((model) => canFill(model) && model.installed) ?? models.find(canFill))?.id ?? null;
  if (wanted !== "") return named(models.find(({ id }) => id === wanted), wanted, instead);
  const able = models.find((model) => model.installed && (canFill(model) || model.capabilities === null));
  if (able !== undefined) return { kind: able.capabilities === null ? "continuation" : "fim", model: able.id };
  const demonstration = models.find(({ id, installed }) => id === DEMONSTRATION_MODEL && installed);
  if (demonstration !== undefined) return { kind: "continuation", model: demonstration.id };
  return { kind: "refused", model: "", reason: "no model on this machine was trained to fill in the middle of code", instead };
}

function named(model: KnownModel | undefined, wanted: string, instead: string | null): FillMode {
  if (model === undefined) return { kind: "refused", model: wanted, reason: "there is no such model", instead };
  // Another server's model: only plain completions are the same everywhere.
  if (model.capabilities === null) return { kind: "continuation", model: model.id };
  const isDemonstration = model.id === DEMONSTRATION_MODEL;
  if (!canFill(model) && !isDemonstration) return { kind: "refused", model: model.id, reason: refusedFor(model.capabilities), instead };
  if (!model.installed) return { kind: "refused", model: model.id, reason: "it is not on this machine yet", instead: model.id };
  return { kind: isDemonstration ? "continuation" : "fim", model: model.id };
}

function canFill({ capabilities }: KnownModel): boolean {
  return capabilities?.includes("fim") ?? false;
}

function refusedFor(capabilities: readonly string[]): string {
  if (capabilities.includes("embeddings")) return "it makes embeddings and writes no text";
  if (capabilities.includes("reasoning")) return "it was trained to reason in conversations, not to fill in the middle of code";
  return "it was trained to chat, not to fill in the middle of code";
}
