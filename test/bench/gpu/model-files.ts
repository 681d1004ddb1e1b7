import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";
import { convertGguf } from "../../../runtime/models/convert.ts";
import { r1Header, smollm2 } from "../../helpers/models.ts";
import type { BenchOptions } from "../bench.ts";
import { makeSyntheticModel, type ModelShape, R1_SHAPE } from "../synthetic-model.ts";

/** One model in both precisions. */
export interface PrecisionFiles {
  fp16: string;
  int8: string;
}

/** The subject of the measurements: the model of the articles in its exact shape on a GPU, the small real one on a CPU. */
export async function subjectFiles({ gpu, log }: BenchOptions): Promise<PrecisionFiles> {
  return gpu ? r1ShapeFiles(log) : { fp16: await smollm2("fp16"), int8: await smollm2("int8") };
}

/** Random weights in the shape of DeepSeek-R1-Distill-Qwen-1.5B, both files made once into the cache folder. */
export async function r1ShapeFiles(log: (text: string) => void): Promise<PrecisionFiles> {
  const fp16 = await syntheticFile("r1-shape-f16.gguf", R1_SHAPE, log);
  const int8 = join(benchFolder(), "r1-shape-q8_0.gguf");
  if (!existsSync(int8)) {
    log("making its INT8 file …");
    await convertGguf({ from: fp16, to: int8, precision: "int8", onProgress: () => undefined, signal: new AbortController().signal });
  }
  return { fp16, int8 };
}

/** The same shape without a chat template: with the family's marker tokens it can fill in the middle, as the coder of that size does. */
export function coderShapeFile(log: (text: string) => void): Promise<string> {
  return syntheticFile("coder-shape-f16.gguf", { ...R1_SHAPE, name: "Random weights in the shape of Qwen2.5 Coder 1.5B", chatTemplate: false }, log);
}

async function syntheticFile(name: string, shape: ModelShape, log: (text: string) => void): Promise<string> {
  const path = join(benchFolder(), name);
  if (existsSync(path)) return path;
  log("making a 1.5B model with random weights (3.6 GB, once) …");
  await mkdir(benchFolder(), { recursive: true });
  await makeSyntheticModel({ header: await r1Header(), out: path, shape });
  return path;
}

function benchFolder(): string {
  return join(packageRoot(), ".cache", "bench");
}
