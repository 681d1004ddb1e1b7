import { MAX_STOPS, MAX_STOP_LENGTH, type KeySpec } from "./keys.ts";
import { nameProblem } from "./names.ts";
import type { YamlPath } from "./yaml-place.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** A value as its key wants it, or why it cannot be. */
export type ValueResult =
  | { ok: true; value: unknown }
  | { ok: false; code: string; message: string; replacement?: string; /** Leads from the value to the place within it. */ path?: YamlPath; part?: "key" };

const SWITCHES: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true], [false, false], ["on", true], ["off", false], ["yes", true], ["no", false],
]);

/** Reads the value of a plain key; `matrix`, `output`, `data` and others have files of their own. */
export function readScalar(spec: KeySpec, value: unknown): ValueResult {
  if (value === null || value === undefined) return wrongType(spec, "nothing");
  switch (spec.type) {
    case "number":
    case "integer": return readNumber(spec, value);
    case "boolean": return SWITCHES.has(value) ? { ok: true, value: SWITCHES.get(value) } : wrongType(spec, value);
    case "enum": return readEnum(spec, value);
    case "name": return readName(spec, value);
    case "model": return typeof value === "string" && value.trim() !== "" ? { ok: true, value: value.trim() } : wrongType(spec, value);
    case "stop": return readStop(spec, value);
    default: throw new TypeError(`${spec.name} is not a plain key.`);
  }
}

function readNumber(spec: KeySpec, value: unknown): ValueResult {
  if (typeof value !== "number" || Number.isNaN(value)) {
    const asNumber = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
    return { ...wrongType(spec, value), ...(Number.isFinite(asNumber) ? { replacement: String(asNumber) } : {}) };
  }
  const { min = -Infinity, max = Infinity, aboveMin = false } = spec;
  if (value < min || value > max || (aboveMin && value === min)) {
    const nearestValue = value > max ? max : aboveMin ? undefined : min;
    return { ok: false, code: "out_of_range", message: `\`${spec.name}\` is ${rangeText(spec)}, not ${value}.`, ...(nearestValue === undefined ? {} : { replacement: String(nearestValue) }) };
  }
  if (spec.type === "integer" && !Number.isInteger(value)) {
    return { ok: false, code: "wrong_type", message: `\`${spec.name}\` is a whole number, not ${value}.`, replacement: String(Math.round(value)) };
  }
  return { ok: true, value };
}

function readEnum(spec: KeySpec, value: unknown): ValueResult {
  const values = spec.values ?? [];
  if (typeof value === "string" && values.includes(value)) return { ok: true, value };
  if (typeof value !== "string" && typeof value !== "number") return wrongType(spec, value);
  const suggestion = OTHER_PRECISIONS[String(value).toLowerCase()] ?? nearest(String(value), values);
  const isFitting = suggestion !== undefined && values.includes(suggestion);
  return { ok: false, code: "unknown_value", message: `\`${spec.name}\` is ${rangeText(spec)}, not \`${value}\`.${didYouMean(isFitting ? suggestion : undefined)}`,
    ...(isFitting ? { replacement: suggestion } : {}) };
}

/** What other tools call the precisions. */
const OTHER_PRECISIONS: Readonly<Record<string, string>> = {
  f16: "fp16", float16: "fp16", half: "fp16", bf16: "fp16", fp32: "fp16", "16": "fp16",
  q8: "int8", q8_0: "int8", "8bit": "int8", "8": "int8", i8: "int8", int4: "q4", "4bit": "q4", "4": "q4", q4_0: "q4", q4_1: "q4", q4_k_m: "q4",
};

function readName(spec: KeySpec, value: unknown): ValueResult {
  if (typeof value !== "string") return wrongType(spec, value);
  const problem = nameProblem(value);
  if (problem === null) return { ok: true, value };
  const replacement = value.trim().replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^(?=\p{N})/u, "_");
  return { ok: false, code: "bad_name", message: `\`${value}\` ${problem}.`, ...(nameProblem(replacement) === null ? { replacement } : {}) };
}

function readStop(spec: KeySpec, value: unknown): ValueResult {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === "string")) return wrongType(spec, value);
  if (list.length === 0 || list.length > MAX_STOPS) return { ok: false, code: "out_of_range", message: `\`stop\` takes 1 to ${MAX_STOPS} texts, not ${list.length}.` };
  const bad = list.find((item) => item === "" || item.length > MAX_STOP_LENGTH);
  if (bad === undefined) return { ok: true, value: list };
  return { ok: false, code: "out_of_range", message: bad === "" ? "An empty `stop` text would end every answer at once." : `A \`stop\` text may have ${MAX_STOP_LENGTH} characters.` };
}

function wrongType(spec: KeySpec, value: unknown): Extract<ValueResult, { ok: false }> {
  return { ok: false, code: "wrong_type", message: `\`${spec.name}\` is ${rangeText(spec)}, not ${describe(value)}.` };
}

function describe(value: unknown): string {
  if (value === "nothing") return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? `the text \`${value.slice(0, 40)}\`` : String(value);
}

/** The values a key takes, in words: "a number from 0 to 2". */
export function rangeText(spec: KeySpec): string {
  switch (spec.type) {
    case "number":
    case "integer": {
      const kind = spec.type === "number" ? "a number" : "a whole number";
      return spec.aboveMin ? `${kind} above ${spec.min} and up to ${spec.max}` : `${kind} from ${spec.min} to ${spec.max}`;
    }
    case "boolean": return "`on` or `off`";
    case "enum": return (spec.values ?? []).map((value) => `\`${value}\``).join(", ").replace(/, ([^,]*)$/, " or $1");
    case "name": return "a name";
    case "model": return "the name of a model";
    case "stop": return "a text or a list of texts";
    case "output": return "`json`, or a mapping with a `schema`";
    case "matrix": return "a mapping of keys to lists of values";
    case "data": return "the path of a CSV, TSV, JSONL or JSON file, or a list of mappings";
    case "where": return "a mapping of columns to conditions";
    case "sample": return "a number of rows, or `{ n, seed }`";
    case "save": return "the path of a .jsonl file";
    case "until": return "a mapping with `metric`, `ci_width` and `max_runs`";
    case "assertions": return "a list of assertions, such as `- boxed: 16`";
    case "require": return "`all`, or a share of the runs above 0 and up to 1";
    case "judge": return "the name of a model, or a mapping with `model`, `precision` and `max_tokens`";
    case "tools": return "a list of names";
    case "tool-choice": return "`auto`, `required`, `none` or the name of a tool";
    case "report": return "a mapping with `rows`, `columns` and `show`";
  }
}
