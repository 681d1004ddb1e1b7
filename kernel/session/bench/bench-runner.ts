import { isCancelled } from "../../../runtime/errors.ts";
import type { LoadedInfo } from "../../../runtime/api/types.ts";
import type { Precision } from "../../../runtime/models/model.ts";
import { nowMs } from "../../../runtime/timing.ts";
import type { BenchCorner, BenchSpec } from "../../experiment/bench/bench-spec.ts";
import { type BackEndFacts, type BenchObserver, type BenchResult, runBench } from "../../experiment/bench/run-bench.ts";
import type { ModelReads } from "../../experiment/bench/roofline.ts";
import { memoryNow } from "../memory-use.ts";
import type { ModelAccess, RuntimeApi } from "../model-access.ts";
import { chooseModel, type ModelChoice } from "../model-choice.ts";
import { progressText } from "../progress-text.ts";
import { wait } from "../wait.ts";

export interface FinishedBench {
  result: BenchResult;
  choice: ModelChoice;
  /** Model files that were measured; empty for a server that does not tell. */
  loaded: LoadedInfo[];
  local: boolean;
}

export interface BenchRequestedBy {
  /** Of the notebook's defaults (`%defaults`, `%precision`). */
  notebookModel: string | undefined;
  notebookPrecision?: Precision | undefined;
  environmentModel: string | undefined;
}

/** How the memory's bandwidth is found: bytes per second by that many threads. */
export type MeasureBandwidth = (threads: number, signal: AbortSignal) => Promise<number>;

/** Brings a benchmark to a back end. Rejects for what stops all of it (no runtime, `cancelled` before the first measurement). */
export class BenchRunner {
  readonly #access: ModelAccess;
  readonly #measureBandwidth: MeasureBandwidth;

  constructor(access: ModelAccess, measureBandwidth: MeasureBandwidth) {
    this.#access = access;
    this.#measureBandwidth = measureBandwidth;
  }

  async run(spec: BenchSpec, models: BenchRequestedBy, signal: AbortSignal, observer: BenchObserver): Promise<FinishedBench> {
    const { model, runtime } = await this.#access.connect((step) => observer.onStep({}, step), signal);
    const choice = await choose(spec, models, runtime, signal);
    const corners = spec.corners.map((corner) => ({ ...corner, model: corner.model ?? choice.model, precision: corner.precision ?? models.notebookPrecision }));
    const loaded = new Map<string, LoadedInfo>();
    const prepare = async (corner: BenchCorner): Promise<BackEndFacts> => {
      if (!runtime.local) return { tokenCount: null, reads: null, slots: null };
      const name = corner.model ?? choice.model;
      const info = await runtime.load(name, corner.precision, { signal, priority: "notebook", onProgress: (progress) => observer.onStep(corner.corner, progressText(progress)) });
      loaded.set(info.file_sha256, info);
      const tokenCount = async (content: string) => (await runtime.tokenize({ model: name, content, ...(corner.precision === undefined ? {} : { precision: corner.precision }) }, { signal })).length;
      return { tokenCount, reads: readsOf(info), slots: info.slots };
    };
    const bandwidth = await this.#bandwidth(corners[0], prepare, loaded, runtime, signal, observer);
    const result = await runBench({ ...spec, corners }, { model, prepare, memory: () => memoryOf(runtime), bandwidth, now: nowMs, wait, signal, observer });
    return { result, choice, loaded: [...loaded.values()], local: runtime.local };
  }

  /** Null for another machine, and for a model on a graphics card: its memory cannot be read from here. */
  async #bandwidth(first: BenchCorner | undefined, prepare: (corner: BenchCorner) => Promise<BackEndFacts>, loaded: ReadonlyMap<string, LoadedInfo>, runtime: RuntimeApi, signal: AbortSignal, observer: BenchObserver): Promise<number | null> {
    if (!runtime.local || first === undefined) return null;
    // A model that cannot be loaded fails again where its corner is measured, and is reported there.
    await prepare(first).catch((error: unknown) => {
      if (isCancelled(error)) throw error;
    });
    const [info] = loaded.values();
    if (info === undefined || info.backend !== "cpu") return null;
    observer.onStep({}, "measuring the memory's bandwidth");
    return this.#measureBandwidth(info.threads, signal);
  }
}

async function choose({ corners }: BenchSpec, { notebookModel, environmentModel }: BenchRequestedBy, runtime: RuntimeApi, signal: AbortSignal): Promise<ModelChoice> {
  const named = corners.find(({ model }) => model !== undefined)?.model;
  if (named !== undefined && corners.every(({ model }) => model !== undefined)) return { model: named, source: "cell" };
  if (notebookModel !== undefined) return { model: notebookModel, source: "notebook" };
  return chooseModel(runtime, environmentModel, signal);
}

/** Null on a graphics card, and from a runtime that does not tell what a step reads. */
function readsOf({ backend, weights_read, memory, context, slots }: LoadedInfo): ModelReads | null {
  if (backend !== "cpu" || weights_read === undefined) return null;
  return { weights: weights_read, kvPerToken: memory.kv_cache / Math.max(1, context * slots) };
}

async function memoryOf(runtime: RuntimeApi): Promise<number | null> {
  if (!runtime.local) return null;
  const { process, device } = await memoryNow(runtime);
  return process + (device ?? 0);
}
