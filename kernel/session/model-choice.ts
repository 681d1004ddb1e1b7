import type { RuntimeApi } from "./model-access.ts";

export interface ModelChoice {
  model: string;
  source: "cell" | "notebook" | "environment" | "installed" | "default";
}

/** The small model that comes from a package mirror; what runs when nothing is installed. */
export const DEFAULT_MODEL = "smollm2-135m";

/** The model for a prompt that names none: the environment's, else the first that is installed, else the embedded default. */
export async function chooseModel(runtime: RuntimeApi, environment: string | undefined, signal: AbortSignal): Promise<ModelChoice> {
  if (environment !== undefined && environment !== "") return { model: environment, source: "environment" };
  const cards = await runtime.models(signal);
  const usable = cards.find(({ retort }) => retort === undefined || (retort.capabilities.includes("chat") && retort.precisions.some(({ installed }) => installed)));
  return usable === undefined ? { model: DEFAULT_MODEL, source: "default" } : { model: usable.id, source: "installed" };
}
