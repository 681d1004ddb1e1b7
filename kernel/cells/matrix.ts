import { MAX_MATRIX_CORNERS, MAX_MATRIX_VALUES, findKey, KEYS } from "./keys.ts";
import { nameProblem } from "./names.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";
import { readScalar, type ValueResult } from "./setting-value.ts";

/** One value of an axis: what is set, and how tables call it. */
export interface AxisValue {
  label: string | number | boolean;
  value: unknown;
}

/** One key of a matrix with the values to try. */
export interface Axis {
  key: string;
  /** A key of the front matter; a variable of the template; or whole prompts by name, put in for `{{ prompt }}`. */
  kind: "setting" | "variable" | "prompt";
  values: AxisValue[];
}

/** The keys of `matrix:` in their order; every combination is asked. */
export type Matrix = Axis[];

/** Axis and template variable of prompt variants. */
export const PROMPT_AXIS = "prompt";
export const SWEEP_KEYS: readonly string[] = KEYS.filter((key) => key.sweep).map((key) => key.name);

const FORMS = "a mapping of keys to lists of values, such as `{ temperature: [0, 0.7], precision: [fp16, int8] }`";

/** `matrix: { key: [a, b], other: { name: value } }`. Whether the template uses a variable is for `validateCell` to say. */
export function readMatrix(value: unknown): ValueResult {
  if (!isMapping(value)) return problem("wrong_type", `\`matrix\` is ${FORMS}.`);
  const matrix: Matrix = [];
  for (const [key, values] of Object.entries(value)) {
    const axis = readAxis(key, values);
    if (!axis.ok) return axis;
    matrix.push(axis.value as Axis);
  }
  if (matrix.length === 0) return problem("wrong_type", `\`matrix\` is empty; it is ${FORMS}.`);
  const corners = cornerCount(matrix);
  if (corners > MAX_MATRIX_CORNERS) {
    return problem("out_of_range", `\`matrix\` has ${corners} combinations (${matrix.map(({ values }) => values.length).join(" x ")}); the limit is ${MAX_MATRIX_CORNERS}.`);
  }
  return { ok: true, value: matrix };
}

/** How many combinations a matrix has; 1 without one. */
export function cornerCount(matrix: Matrix | undefined): number {
  return (matrix ?? []).reduce((count, { values }) => count * values.length, 1);
}

function readAxis(key: string, values: unknown): ValueResult {
  if (key === PROMPT_AXIS) return readPrompts(values);
  const spec = findKey(key);
  if (spec?.sweep === true) return readSettings(key, values);
  const wrongKey = spec !== undefined || nameProblem(key) !== null;
  if (wrongKey) return problem("unknown_key", `\`${key}\` cannot stand under \`matrix\`.${didYouMean(nearest(key, [...SWEEP_KEYS, PROMPT_AXIS]))}`);
  return isMapping(values) ? readNamed(key, "variable", values) : readList(key, "variable", values, (item) => plainValue(key, item));
}

function readSettings(key: string, values: unknown): ValueResult {
  const spec = findKey(key);
  return readList(key, "setting", values, (item) => (spec === undefined ? plainValue(key, item) : readScalar(spec, item)));
}

function plainValue(key: string, item: unknown): ValueResult {
  if (typeof item === "string" || typeof item === "boolean" || (typeof item === "number" && Number.isFinite(item))) return { ok: true, value: item };
  return problem("wrong_type", `A value of \`${key}\` that is no text and no number needs a name: \`${key}: { first: …, second: … }\`.`);
}

function readPrompts(values: unknown): ValueResult {
  const isTexts = isMapping(values) && Object.values(values).every((text) => typeof text === "string" && text.trim() !== "");
  if (!isTexts) return problem("wrong_type", '`prompt` under `matrix` is a mapping of names to texts, such as `{ short: "…", long: "…" }`.');
  return readNamed(PROMPT_AXIS, "prompt", values as Record<string, unknown>);
}

function readNamed(key: string, kind: Axis["kind"], values: Record<string, unknown>): ValueResult {
  const entries = Object.entries(values);
  const wrong = wrongLength(key, entries.length);
  if (wrong !== null) return wrong;
  return { ok: true, value: { key, kind, values: entries.map(([label, value]) => ({ label, value })) } satisfies Axis };
}

function readList(key: string, kind: Axis["kind"], list: unknown, read: (item: unknown) => ValueResult): ValueResult {
  if (!Array.isArray(list)) return problem("wrong_type", `\`matrix\` needs a list of values for \`${key}\`, such as \`[a, b]\`.`);
  const wrong = wrongLength(key, list.length);
  if (wrong !== null) return wrong;
  const values: AxisValue[] = [];
  for (const item of list as unknown[]) {
    const result = read(item);
    if (!result.ok) return problem(result.code, result.message);
    if (values.some(({ value }) => value === result.value)) return problem("duplicate_value", `\`${String(item)}\` stands twice under \`matrix\`.`);
    values.push({ label: result.value as AxisValue["label"], value: result.value });
  }
  return { ok: true, value: { key, kind, values } satisfies Axis };
}

function wrongLength(key: string, count: number): ValueResult | null {
  if (count === 0) return problem("wrong_type", `\`matrix\` needs values for \`${key}\`, such as \`[a, b]\`.`);
  return count > MAX_MATRIX_VALUES ? problem("out_of_range", `\`matrix\` takes up to ${MAX_MATRIX_VALUES} values, not ${count}.`) : null;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function problem(code: string, message: string): Extract<ValueResult, { ok: false }> {
  return { ok: false, code, message };
}
