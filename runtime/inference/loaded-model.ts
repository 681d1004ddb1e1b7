import type { LoadedInfo } from "../api/types.ts";
import type { LoadedModel } from "../engine/engine.ts";
import type { ModelEntry, Precision, StoredFile } from "../models/model.ts";
import type { Lane } from "../scheduler/lane.ts";
import type { ModelFacts } from "./ports.ts";

/** A model file in memory, with its queue. */
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
}

export function handleOf(modelId: string, precision: Precision): string {
  return `${modelId}@${precision}`;
}

/** A loaded model as the API shows it. */
export function loadedInfo({ entry, file, facts, engine, lane }: ReadyModel): LoadedInfo {
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
    memory: { weights: engine.memory.weights, kv_cache: engine.memory.kvCache, compute: engine.memory.compute },
    ...(facts.weightsRead === undefined ? {} : { weights_read: facts.weightsRead }),
    load_ms: engine.loadMs,
    active: lane.active,
    queued: lane.queued,
  };
}
