import type { Engine } from "../engine/engine.ts";
import type { ModelEntry, Precision } from "../models/model.ts";
import { BLOCK_FORMATS } from "../models/quant/formats.ts";
import type { LoadSettings, MemoryPlanner, ModelFiles } from "./ports.ts";

export interface PrecisionChoice {
  engine: Pick<Engine, "devices">;
  files: ModelFiles;
  planner: MemoryPlanner;
  settings: LoadSettings;
  /** What the user asked for; null leaves it to device and memory. */
  wanted: Precision | null;
}

/** The precision that a model starts with: FP16 on a GPU where it fits, else INT8; a file of one's own as it is. */
export async function defaultPrecision({ engine, files, planner, settings, wanted }: PrecisionChoice, entry: ModelEntry): Promise<Precision> {
  if (wanted !== null) return wanted;
  if (!files.entries().some(({ id }) => id === entry.id)) return ownPrecision(files, entry);
  const here = (await files.installed()).filter(({ modelId }) => modelId === entry.id);
  const fp16 = here.find(({ precision }) => precision === "fp16");
  if (fp16 !== undefined && (await engine.devices()).backend !== "cpu") {
    const budget = await planner.budget();
    if ((await planner.need(fp16, settings, budget)).total <= budget) return "fp16";
  }
  // Nothing else can be made from mixed 4-bit types.
  const onlyMixed = here.length > 0 && here.every(({ precision, quant }) => precision === "q4" && !BLOCK_FORMATS.has(quant));
  return onlyMixed ? "q4" : "int8";
}

async function ownPrecision(files: ModelFiles, entry: ModelEntry): Promise<Precision> {
  for (const precision of ["int8", "fp16"] as const) {
    if ((await files.file(entry.id, precision)) !== undefined) return precision;
  }
  return "q4";
}
