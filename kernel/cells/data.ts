import { isMapping } from "./matrix.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";
import { MAX_SEED } from "./keys.ts";
import type { ValueResult } from "./setting-value.ts";

/** Where rows come from: a file by its format, or the cell itself. */
export type DataSource =
  | { kind: "file"; path: string; format: DataFormat }
  | { kind: "rows"; rows: Array<Record<string, unknown>> };

export type DataFormat = "csv" | "tsv" | "jsonl" | "json";

/** One condition on a column; all that are set must hold. */
export interface Condition {
  column: string;
  /** Any of these values. */
  any?: Scalar[];
  none?: Scalar[];
  at_least?: number;
  at_most?: number;
  contains?: string;
}

export type Scalar = string | number | boolean | null;

export interface Sample {
  n: number;
  /** Undefined: the cell's seed. */
  seed: number | undefined;
}

const FORMATS: Readonly<Record<string, DataFormat>> = { csv: "csv", tsv: "tsv", tab: "tsv", jsonl: "jsonl", ndjson: "jsonl", json: "json" };
/** More rows than this belong into a file. */
const MAX_INLINE_ROWS = 1000;
const MAX_PATH = 1000;
const OPERATORS = ["not", "at_least", "at_most", "contains"] as const;

/** `data: ./file.csv`, or rows that stand in the cell: `data: [{ q: …, a: … }]`. */
export function readData(value: unknown): ValueResult {
  if (Array.isArray(value)) return readRows(value);
  if (typeof value !== "string" || value.trim() === "") return problem("wrong_type", "`data` is the path of a CSV, TSV, JSONL or JSON file, or a list of mappings.");
  const path = value.trim();
  if (path.length > MAX_PATH || path.includes("\0")) return problem("bad_value", "`data` is not a path that a file can have.");
  const ending = /\.([A-Za-z]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
  if (format === undefined) return problem("unknown_format", `\`${path}\` is no data file that can be read: its name ends in .csv, .tsv, .jsonl or .json.`);
  return { ok: true, value: { kind: "file", path, format } satisfies DataSource };
}

function readRows(rows: unknown[]): ValueResult {
  if (rows.length === 0 || rows.length > MAX_INLINE_ROWS) return problem("out_of_range", `\`data\` takes 1 to ${MAX_INLINE_ROWS} rows in the cell, not ${rows.length}; more belong into a file.`);
  if (!rows.every(isMapping)) return problem("wrong_type", "Every row of `data` is a mapping, such as `{ question: …, answer: … }`.");
  return { ok: true, value: { kind: "rows", rows } satisfies DataSource };
}

/** `where: { split: test, level: [1, 2], score: { at_least: 3 } }`: all conditions must hold. */
export function readWhere(value: unknown): ValueResult {
  if (!isMapping(value) || Object.keys(value).length === 0) return problem("wrong_type", "`where` is a mapping of columns to values, such as `{ split: test }`.");
  const conditions: Condition[] = [];
  for (const [column, wanted] of Object.entries(value)) {
    const condition = readCondition(column, wanted);
    if (!condition.ok) return condition;
    conditions.push(condition.value as Condition);
  }
  return { ok: true, value: conditions };
}

function readCondition(column: string, wanted: unknown): ValueResult {
  if (!isMapping(wanted)) {
    const any = scalars(wanted);
    return any === null ? problem("wrong_type", `\`where\` compares \`${column}\` with a value or a list of values.`) : { ok: true, value: { column, any } satisfies Condition };
  }
  const unknown = Object.keys(wanted).find((key) => !OPERATORS.some((operator) => operator === key));
  if (unknown !== undefined) return problem("unknown_key", `\`where\` has no comparison \`${unknown}\`; it has ${OPERATORS.map((name) => `\`${name}\``).join(", ")}.${didYouMean(nearest(unknown, OPERATORS))}`);
  const { not, at_least: atLeast, at_most: atMost, contains } = wanted;
  const none = not === undefined ? undefined : scalars(not);
  const isWrong = Object.keys(wanted).length === 0 || none === null || ![atLeast, atMost].every(isBound) || !(contains === undefined || typeof contains === "string");
  if (isWrong) return problem("wrong_type", `\`where\`: \`at_least\` and \`at_most\` of \`${column}\` are numbers, \`contains\` is a text, \`not\` a value or a list.`);
  return { ok: true, value: {
    column,
    ...(none === undefined ? {} : { none }), ...(atLeast === undefined ? {} : { at_least: atLeast as number }),
    ...(atMost === undefined ? {} : { at_most: atMost as number }), ...(contains === undefined ? {} : { contains }),
  } satisfies Condition };
}

function isBound(value: unknown): boolean {
  return value === undefined || (typeof value === "number" && Number.isFinite(value));
}

/** A value or a list of values; null for anything else. */
function scalars(value: unknown): Scalar[] | null {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isScalar = (item: unknown): item is Scalar => item === null || ["string", "number", "boolean"].includes(typeof item);
  return list.length > 0 && list.every(isScalar) ? list : null;
}

/** `sample: 20`, or `sample: { n: 20, seed: 3 }`. */
export function readSample(value: unknown): ValueResult {
  const wanted = isMapping(value) ? value : { n: value };
  const { n, seed, ...others } = wanted;
  const other = Object.keys(others)[0];
  if (other !== undefined) return problem("unknown_key", `\`sample\` has no key \`${other}\`; it takes \`n\` and \`seed\`.`);
  if (typeof n !== "number" || !Number.isInteger(n)) return problem("wrong_type", "`sample` is a whole number of rows, or `{ n: 20, seed: 3 }`.");
  if (n < 1) return problem("out_of_range", `\`sample\` is at least 1 row, not ${n}.`);
  const isSeed = seed === undefined || (typeof seed === "number" && Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED);
  if (!isSeed) return problem("out_of_range", `The \`seed\` of \`sample\` is a whole number from 0 to ${MAX_SEED}.`);
  return { ok: true, value: { n, seed: seed as number | undefined } satisfies Sample };
}

/** `save: ./results/name.jsonl`. */
export function readSave(value: unknown): ValueResult {
  if (typeof value !== "string" || value.trim() === "") return problem("wrong_type", "`save` is the path of a file that ends in .jsonl.");
  const path = value.trim();
  if (path.length > MAX_PATH || path.includes("\0")) return problem("bad_value", "`save` is not a path that a file can have.");
  if (!/\.(jsonl|ndjson)$/i.test(path)) return { ok: false, code: "unknown_format", message: `Results are saved as JSON lines: \`${path}\` must end in .jsonl.`, replacement: JSON.stringify(`${path.replace(/\.[A-Za-z]+$/, "")}.jsonl`) };
  return { ok: true, value: path };
}

function problem(code: string, message: string): Extract<ValueResult, { ok: false }> {
  return { ok: false, code, message };
}
