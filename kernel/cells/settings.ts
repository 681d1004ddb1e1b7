import type { Precision } from "../../runtime/models/model.ts";
import type { PromptCell, Setting } from "./cell.ts";
import { findKey, TASKS } from "./keys.ts";
import { readMatrix, type Matrix } from "./matrix.ts";
import { readOutput, type OutputFormat } from "./output.ts";
import { readScalar, type ValueResult } from "./setting-value.ts";

/** The settings of a prompt cell that were set, with their final types. Keys have the names of the front matter. */
export interface PromptSettings {
  name?: string;
  model?: string;
  precision?: Precision;
  task?: (typeof TASKS)[number];
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  max_tokens?: number;
  seed?: number;
  stop?: string[];
  repeat_penalty?: number;
  frequency_penalty?: number;
  presence_penalty?: number;
  runs?: number;
  warmup?: number;
  matrix?: Matrix;
  output?: OutputFormat;
  cache_prompt?: boolean;
  timings?: boolean;
}

/** Reads one setting of any type. Undefined: the key is unknown. */
export function readSetting(key: string, value: unknown): ValueResult | undefined {
  const spec = findKey(key);
  if (spec === undefined) return undefined;
  if (spec.type === "matrix") return readMatrix(value);
  if (spec.type === "output") return readOutput(value);
  return readScalar(spec, value);
}

/** What a cell sets. Only for a cell that `validateCell` found free of errors: wrong values are left out. */
export function settingsOf(cell: PromptCell): PromptSettings {
  return settingsFrom(cell.settings);
}

/** The same for settings from elsewhere, such as `%defaults`. */
export function settingsFrom(settings: Setting[]): PromptSettings {
  const entries = settings.flatMap(({ key, value }): Array<[string, unknown]> => {
    const result = readSetting(key, value);
    return result?.ok ? [[key, result.value]] : [];
  });
  return Object.fromEntries(entries);
}

/** How many answers a cell asks for: matrix values times runs, warm-up not counted. */
export function answersPlanned(settings: PromptSettings): number {
  return (settings.matrix?.values.length ?? 1) * (settings.runs ?? 1);
}
