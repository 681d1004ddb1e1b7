import { totalmem } from "node:os";

import type { Engine } from "../engine/engine.ts";
import { estimateMemory, type Fit, nearestFit } from "../models/estimate.ts";
import { isEmbeddingModel } from "../models/gguf/facts.ts";
import { readGguf } from "../models/gguf/read.ts";
import type { StoredFile } from "../models/model.ts";
import { gigabytes } from "./model-errors.ts";
import type { LoadSettings, MemoryNeed, MemoryPlanner } from "./ports.ts";
import { hasAmx } from "./processor.ts";

/** A limit for all models together: bytes, or a share of the device's memory. */
export type MemoryBudget = { bytes: number } | { share: number };

/** The rest is for the desktop, the editor and the runtime itself. */
export const DEFAULT_BUDGET: MemoryBudget = { share: 0.8 };

/** Estimates loads from model files' heads, against a share of the GPU's memory, or of the machine's without one. */
export class FileMemoryPlanner implements MemoryPlanner {
  readonly #engine: Pick<Engine, "devices">;
  readonly #budget: MemoryBudget;

  constructor(engine: Pick<Engine, "devices">, budget: MemoryBudget) {
    this.#engine = engine;
    this.#budget = budget;
  }

  async budget(): Promise<number> {
    if ("bytes" in this.#budget) return this.#budget.bytes;
    const { devices, backend } = await this.#engine.devices();
    const total = devices.find((device) => device.backend === backend)?.totalBytes ?? totalmem();
    return total * this.#budget.share;
  }

  async free(): Promise<number | null> {
    const { devices, backend } = await this.#engine.devices();
    return devices.find((device) => device.backend === backend)?.freeBytes ?? null;
  }

  async need(file: StoredFile, settings: LoadSettings, budget: number): Promise<MemoryNeed> {
    const gguf = await readGguf(file.path);
    const options = { contextSize: settings.contextSize, sequences: settings.slots, kvCacheType: settings.kvCacheType, embedding: isEmbeddingModel(gguf), ...(await this.#processor(settings)) };
    const { total } = estimateMemory(gguf, options);
    if (total <= budget) return { total, nearestFit: null };
    const fit = nearestFit(gguf, options, budget);
    return { total, nearestFit: fit === null ? null : describe(fit) };
  }

  async contextNeed(file: StoredFile, settings: LoadSettings): Promise<number> {
    const { kvCache, compute } = estimateMemory(await readGguf(file.path), { contextSize: settings.contextSize, sequences: settings.slots, kvCacheType: settings.kvCacheType, embedding: false });
    return kvCache + compute;
  }

  /** What the processor adds to an estimate, where it is the one that computes. */
  async #processor({ gpu, gpuLayers }: LoadSettings): Promise<{ processor?: { amx: boolean } }> {
    const onCpu = gpu === "cpu" || gpuLayers === 0 || (await this.#engine.devices()).backend === "cpu";
    return onCpu ? { processor: { amx: await hasAmx() } } : {};
  }
}

function describe({ contextSize, sequences, precision, estimate }: Fit): string {
  const settings = `--context ${contextSize} --slots ${sequences}${precision === undefined ? "" : ` --precision ${precision}`}`;
  return `This fits: ${settings} (${gigabytes(estimate.total)}).`;
}
