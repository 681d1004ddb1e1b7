import type { Engine } from "../engine/engine.ts";
import { RetortError } from "../errors.ts";
import type { AdapterUse } from "../models/adapters/adapter.ts";
import { checkFit } from "../models/adapters/check-adapter.ts";
import { checkUnchanged } from "../models/adapters/check-unchanged.ts";
import type { FimTokens } from "../models/gguf/facts.ts";
import { readGguf } from "../models/gguf/read.ts";
import type { ReadyModel } from "./loaded-model.ts";
import { handleOf } from "./loaded-model.ts";
import { embedsOnly } from "./model-errors.ts";
import type { LoadSettings } from "./ports.ts";

/** Requests that one context with adapters answers at once: the KV cache of each is memory. */
const SLOTS = 2;

/** Refuses adapters that do not belong to the model, before native code sees them. Throws `adapter_mismatch`. */
export async function checkAdapters({ entry, file, facts, engine }: ReadyModel, uses: readonly AdapterUse[], signal: AbortSignal): Promise<void> {
  if (facts.embedding) throw embedsOnly(entry);
  const model = await readGguf(file.path, signal);
  for (const { adapter } of uses) {
    checkFit(adapter.name, adapter.header, model);
    if (Object.values(adapter.fim ?? {}).some((id) => id >= engine.vocabSize)) throw noSuchMarker(adapter.name, engine.vocabSize);
  }
}

/** Settings of a context with adapters beside the model's own. */
export function adaptedSettings(settings: LoadSettings, base: ReadyModel): LoadSettings {
  return { ...settings, contextSize: base.engine.contextSize, slots: Math.min(SLOTS, settings.slots) };
}

/** Makes the context on the weights that are in memory. Throws `adapter_changed`. */
export async function loadAdapted(engine: Engine, settings: LoadSettings, base: ReadyModel, uses: readonly AdapterUse[], signal: AbortSignal): Promise<ReadyModel["engine"]> {
  const { entry, file } = base;
  for (const { adapter } of uses) await checkUnchanged(adapter);
  const loaded = await engine.load({
    handle: handleOf(entry.id, file.precision, uses),
    path: file.path,
    gpu: settings.gpu,
    gpuLayers: settings.gpuLayers,
    threads: settings.threads,
    contextSize: settings.contextSize,
    sequences: settings.slots,
    prefillChunk: base.prefillChunk,
    kvCacheType: settings.kvCacheType,
    embedding: false,
    lora: uses.map(({ adapter: { name, path, bytes, mtimeMs }, scale }) => ({ name, path, bytes, mtimeMs, scale })),
  }, () => undefined, signal);
  return { ...loaded, fim: markersOf(uses) ?? loaded.fim };
}

/** Markers that an adapter was trained with go before the model's own. */
export function markersOf(uses: readonly AdapterUse[]): FimTokens | null {
  return uses.find(({ adapter }) => adapter.fim !== null)?.adapter.fim ?? null;
}

function noSuchMarker(name: string, vocabSize: number): RetortError {
  return new RetortError({
    code: "adapter_mismatch",
    message: `The adapter '${name}' does not fit the model: it has markers beyond the ${vocabSize} tokens of the vocabulary.`,
    hint: "Use it with the model that it was trained for.",
    status: 400,
    param: "lora",
  });
}
