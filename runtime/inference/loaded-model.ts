import type { AdaptedInfo, LoadedInfo } from "../api/types.ts";
import type { LoadedModel } from "../engine/engine.ts";
import type { AdapterUse } from "../models/adapters/adapter.ts";
import type { ModelEntry, Precision, StoredFile } from "../models/model.ts";
import type { Lane } from "../scheduler/lane.ts";
import type { ModelFacts } from "./ports.ts";

/** A context of a model file in memory, with its queue. */
export interface ReadyModel {
  entry: ModelEntry;
  file: StoredFile;
  facts: ModelFacts;
  engine: LoadedModel;
  engineVersion: string;
  lane: Lane;
  /** How long it stays in memory without a request; null: until its place is needed. */
  keepAliveMs: number | null;
  /** Bytes it was estimated to need. */
  need: number;
  /** Prompt tokens between two looks at the cancel flag. */
  prefillChunk: number;
  /** Adapters of this context; empty for the model itself. */
  adapters: readonly AdapterUse[];
  /** The model without adapters, whose weights this context uses. */
  base?: ReadyModel;
}

export function handleOf(modelId: string, precision: Precision, adapters: readonly AdapterUse[] = []): string {
  return `${modelId}@${precision}${adapters.map(({ adapter, scale }) => `+${adapter.name}:${scale}`).join("")}`;
}

/** A loaded model as the API shows it, with the contexts that have adapters on its weights. */
export function loadedInfo({ entry, file, facts, engine, lane }: ReadyModel, adapted: readonly ReadyModel[] = []): LoadedInfo {
  return {
    model: entry.id,
    precision: file.precision,
    quant: file.quant,
    file_sha256: file.sha256,
    backend: engine.backend,
    device: engine.device,
    threads: engine.threads,
    context: engine.contextSize,
    slots: engine.sequences,
    gpu_layers: engine.gpuLayers,
    memory: memoryOf(engine),
    ...(facts.weightsRead === undefined ? {} : { weights_read: facts.weightsRead }),
    load_ms: engine.loadMs,
    active: lane.active,
    queued: lane.queued,
    ...(adapted.length === 0 ? {} : { adapted: adapted.map(adaptedInfo) }),
  };
}

function adaptedInfo({ adapters, engine, lane }: ReadyModel): AdaptedInfo {
  return {
    lora: adapters.map(({ adapter, scale }) => ({ name: adapter.name, scale })),
    slots: engine.sequences,
    memory: memoryOf(engine),
    active: lane.active,
    queued: lane.queued,
  };
}

function memoryOf({ memory }: LoadedModel): LoadedInfo["memory"] {
  return { weights: memory.weights, kv_cache: memory.kvCache, compute: memory.compute };
}
