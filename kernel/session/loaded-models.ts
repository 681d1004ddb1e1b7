import type { LoadedInfo } from "../../runtime/api/types.ts";
import type { Precision } from "../../runtime/models/model.ts";
import type { PlannedRun } from "../experiment/plan.ts";
import type { RuntimeApi } from "./model-access.ts";
import { progressText } from "./progress-text.ts";

/** What is loaded, by `modelKey` of a request. */
export type LoadedModels = ReadonlyMap<string, LoadedInfo>;

export function modelKey({ model = "", precision }: PlannedRun["request"]): string {
  return `${model}@${precision ?? ""}`;
}

/** Downloads, makes and loads what the runs need, so that none of it counts as somebody's time to first token. */
export async function loadModels(runs: readonly PlannedRun[], runtime: RuntimeApi, signal: AbortSignal, onStep: (step: string) => void): Promise<LoadedModels> {
  const loaded = new Map<string, LoadedInfo>();
  if (!runtime.local) return loaded;
  const needed = new Map<string, { model: string; precision: Precision | undefined }>();
  for (const { request } of runs) needed.set(modelKey(request), { model: request.model ?? "", precision: request.precision });
  for (const [key, { model, precision }] of needed) {
    const name = precision === undefined ? model : `${model} ${precision}`;
    onStep(`Loading ${name} …`);
    loaded.set(key, await runtime.load(model, precision, { signal, priority: "notebook", onProgress: (progress) => onStep(`${name}: ${progressText(progress)}`) }));
  }
  return loaded;
}
