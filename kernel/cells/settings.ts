import type { Precision } from "../../runtime/models/model.ts";
import type { AssertionSpec } from "./assert/assertion.ts";
import { type JudgeSetting, readJudge } from "./assert/judge-setting.ts";
import { readAssertions } from "./assert/read-assertions.ts";
import { readRequire } from "./assert/require.ts";
import type { PromptCell, Setting } from "./cell.ts";
import { type Condition, type DataSource, readData, readSample, readSave, readWhere, type Sample } from "./data.ts";
import { findKey, type KeyType, type BACKENDS, TASKS } from "./keys.ts";
import { cornerCount, readMatrix, type Matrix } from "./matrix.ts";
import { readOutput, type OutputFormat } from "./output.ts";
import { readReport, type Report } from "./report.ts";
import { readScalar, type ValueResult } from "./setting-value.ts";
import { readTools, readToolChoice, type ToolChoice } from "./tools.ts";
import { readUntil, type Until } from "./until.ts";

/** The settings of a prompt cell that were set, with their final types. Keys have the names of the front matter. */
export interface PromptSettings {
  name?: string;
  model?: string;
  precision?: Precision;
  backend?: (typeof BACKENDS)[number];
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
  slim?: boolean;
  data?: DataSource;
  where?: Condition[];
  sample?: Sample;
  limit?: number;
  concurrency?: number;
  until?: Until;
  save?: string;
  resume?: boolean;
  cache?: boolean;
  confirm?: boolean;
  report?: Report;
  assert?: AssertionSpec[];
  /** Share of runs, 1 for all. */
  require?: number;
  on_fail?: "error" | "report";
  judge?: JudgeSetting;
  tools?: string[];
  tool_choice?: ToolChoice;
}

/** Keys whose values are more than a word or a number. */
const READERS: Readonly<Partial<Record<KeyType, (value: unknown) => ValueResult>>> = {
  matrix: readMatrix, output: readOutput, data: readData, where: readWhere, sample: readSample, save: readSave, until: readUntil, report: readReport,
  assertions: readAssertions, require: readRequire, judge: readJudge, tools: readTools, "tool-choice": readToolChoice,
};

/** Reads one setting of any type. Undefined: the key is unknown. */
export function readSetting(key: string, value: unknown): ValueResult | undefined {
  const spec = findKey(key);
  if (spec === undefined) return undefined;
  const read = READERS[spec.type];
  return read === undefined ? readScalar(spec, value) : read(value);
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

/** How many answers a cell asks for, at most: combinations times runs, for one row; warm-up not counted. */
export function answersPlanned(settings: PromptSettings): number {
  return cornerCount(settings.matrix) * (settings.until?.max_runs ?? settings.runs ?? 1);
}
