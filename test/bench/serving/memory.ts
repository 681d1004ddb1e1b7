import { stat } from "node:fs/promises";
import type { DeviceReport } from "../../../runtime/engine/engine.ts";
import { FileMemoryPlanner } from "../../../runtime/inference/memory-planner.ts";
import type { Precision } from "../../../runtime/models/model.ts";
import { type BenchRow, format } from "../bench.ts";
import { type RuntimeUnderTest, startIdleRuntime } from "../runtime-under-test.ts";
import type { LoadGenerator } from "./load-generator.ts";
import { firstError } from "./measures.ts";
import { engineOf, processFacts } from "./process-facts.ts";
import { CPU_THREADS, fixedReply } from "./targets.ts";

const SLOTS = 4;
const CONTEXT = 2048;
const PROMPT_TOKENS = 400;
const REPLY_TOKENS = 8;
/** More often than ten times a second, as the metrics' definition asks. */
const LOOK_MS = 50;
const MIB = 2 ** 20;
const BOUNDS = { least: 0.9, most: 1.1 };

/** One model file, with the name under which a runtime knows it. */
export interface MeasuredModel {
  name: string;
  model: string;
  path: string;
  precision: Precision;
}

/**
 * What the memory planner says before a load, against what the engine's anonymous memory grows by: on a CPU weights are
 * read, not mapped. The peak is looked for while all slots read long prompts.
 */
export async function memoryRow(measured: MeasuredModel, load: LoadGenerator): Promise<BenchRow> {
  // Without a choice of the back end: another one than at the start would mean another process.
  const runtime = await startIdleRuntime(measured.model, { RETORT_CONTEXT: String(CONTEXT), RETORT_SLOTS: String(SLOTS), RETORT_THREADS: String(CPU_THREADS) });
  try {
    const devices = await runtime.client.devices();
    const predicted = await predictedBytes(measured, devices);
    const engine = engineOf(runtime.record.pid);
    const before = processFacts(engine).anonymous;
    const peak = await peakMemory(engine, () => loadAndRead(measured, load, runtime));
    return withinBounds(`memory, predicted / peak of the engine, ${measured.name}`, predicted, peak - before);
  } finally {
    await runtime.dispose();
  }
}

/** Loads the model and lets every slot read a prompt. */
async function loadAndRead({ name, model, precision }: MeasuredModel, load: LoadGenerator, { client, record }: RuntimeUnderTest): Promise<void> {
  await client.load(model, precision);
  const target = { url: record.url, key: record.token, body: { model, precision } };
  const shots = await load.run({
    ...target, body: fixedReply(target, REPLY_TOKENS), promptTokens: PROMPT_TOKENS, seed: 950,
    load: { kind: "closed", concurrency: SLOTS }, amount: { requests: SLOTS },
  });
  const error = firstError(shots);
  if (error !== null) throw new Error(`memory of ${name}: ${error}`);
}

/** The most anonymous memory that a process has while `work` runs, bytes. */
async function peakMemory(pid: number, work: () => Promise<void>): Promise<number> {
  let peak = 0;
  let failure: unknown;
  const look = setInterval(() => {
    try {
      peak = Math.max(peak, processFacts(pid).anonymous);
    } catch (error) {
      failure ??= error;
    }
  }, LOOK_MS);
  try {
    await work();
  } finally {
    clearInterval(look);
  }
  if (failure !== undefined) throw failure;
  return peak;
}

async function predictedBytes({ model, path, precision }: MeasuredModel, devices: DeviceReport): Promise<number> {
  const planner = new FileMemoryPlanner({ devices: async () => devices }, { share: 1 });
  const file = { modelId: model, precision, path, bytes: (await stat(path)).size } as Parameters<FileMemoryPlanner["need"]>[0];
  const { total } = await planner.need(file, { gpu: "cpu", gpuLayers: 0, threads: CPU_THREADS, contextSize: CONTEXT, slots: SLOTS, kvCacheType: "f16" }, Infinity);
  return total;
}

/** A row that is met between two bounds. */
export function withinBounds(what: string, predicted: number, measured: number): BenchRow {
  const value = predicted / measured;
  return {
    what, ours: `${format(predicted / MIB)} MiB predicted`, peer: `${format(measured / MIB)} MiB measured`, value, shown: `${format(value)} x`,
    goal: `${BOUNDS.least} to ${BOUNDS.most} x`, met: value >= BOUNDS.least && value <= BOUNDS.most, rounds: 1,
  };
}
