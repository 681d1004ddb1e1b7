import { MAX_MATRIX_VALUES, findKey, KEYS } from "./keys.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";
import { readScalar, type ValueResult } from "./setting-value.ts";

/** One key and the values to try. Values have the type that the key has in PromptSettings. */
export interface Matrix {
  key: string;
  values: unknown[];
}

export const SWEEP_KEYS: readonly string[] = KEYS.filter((key) => key.sweep).map((key) => key.name);

/** `matrix: { key: [a, b] }`. One key for now; more follow with the experiment language. */
export function readMatrix(value: unknown): ValueResult {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return problem("wrong_type", "`matrix` is a mapping of one key to a list of values, such as `{ precision: [fp16, int8] }`.");
  }
  const entries = Object.entries(value);
  const [first] = entries;
  if (first === undefined) return problem("wrong_type", "`matrix` is empty.");
  if (entries.length > 1) return problem("not_available", `\`matrix\` takes one key in this version, not ${entries.length}. More follow in a later one.`);
  return readAxis(first[0], first[1]);
}

function readAxis(key: string, list: unknown): ValueResult {
  const spec = findKey(key);
  if (spec === undefined || !spec.sweep) return problem("unknown_key", `\`${key}\` cannot stand under \`matrix\`.${didYouMean(nearest(key, SWEEP_KEYS))}`);
  if (!Array.isArray(list) || list.length === 0) return problem("wrong_type", `\`matrix\` needs a list of values for \`${key}\`, such as \`[a, b]\`.`);
  if (list.length > MAX_MATRIX_VALUES) return problem("out_of_range", `\`matrix\` takes up to ${MAX_MATRIX_VALUES} values, not ${list.length}.`);
  const values: unknown[] = [];
  for (const item of list as unknown[]) {
    const result = readScalar(spec, item);
    if (!result.ok) return problem(result.code, result.message);
    if (values.includes(result.value)) return problem("duplicate_value", `\`${String(item)}\` stands twice under \`matrix\`.`);
    values.push(result.value);
  }
  return { ok: true, value: { key, values } satisfies Matrix };
}

function problem(code: string, message: string): ValueResult {
  return { ok: false, code, message };
}
