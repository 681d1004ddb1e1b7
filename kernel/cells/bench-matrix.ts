import { BENCH_SCALARS } from "./bench-scalars.ts";
import type { Diagnostic, NotebookScope, Setting, SettingsCell } from "./cell.ts";
import { errorAt, replaceFix } from "./diagnostic.ts";
import { MANY_ANSWERS } from "./keys.ts";
import { isMapping, problem } from "./kind-key.ts";
import type { ValueResult } from "./setting-value.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** The values to try of each key. */
export type BenchMatrix = Readonly<Record<string, readonly unknown[]>>;

export const MATRIX_KEYS: readonly string[] = BENCH_SCALARS.map(({ name }) => name);
export const MAX_BENCH_CORNERS = 64;
const MAX_AXES = 4;
/** More requests in one cell are a slip of the keyboard. */
export const MAX_BENCH_REQUESTS = 10_000;

export function readBenchMatrix(value: unknown, scope: NotebookScope): ValueResult {
  if (!isMapping(value) || Object.keys(value).length === 0) return problem("wrong_type", "`matrix` is a mapping of keys to lists of values, such as `{ concurrency: [1, 2, 4] }`.");
  const axes = Object.entries(value);
  if (axes.length > MAX_AXES) return problem("out_of_range", `\`matrix\` takes up to ${MAX_AXES} keys, not ${axes.length}.`);
  const read: Array<[string, unknown[]]> = [];
  for (const [key, list] of axes) {
    const result = readAxis(key, list, scope);
    if (!result.ok) return result;
    read.push([key, result.value as unknown[]]);
  }
  const corners = read.reduce((product, [, list]) => product * list.length, 1);
  if (corners > MAX_BENCH_CORNERS) return problem("out_of_range", `\`matrix\` makes ${corners} combinations; up to ${MAX_BENCH_CORNERS} are allowed.`);
  return { ok: true, value: Object.fromEntries(read) satisfies BenchMatrix };
}

function readAxis(key: string, list: unknown, scope: NotebookScope): ValueResult {
  const spec = BENCH_SCALARS.find(({ name }) => name === key);
  if (spec === undefined) return problem("unknown_key", `\`${key}\` cannot stand under \`matrix\`.${didYouMean(nearest(key, MATRIX_KEYS))}`);
  if (!Array.isArray(list) || list.length === 0) return problem("wrong_type", `\`matrix\` needs a list of values for \`${key}\`, such as \`[a, b]\`.`);
  if (list.length > MAX_BENCH_CORNERS) return problem("out_of_range", `\`matrix\` takes up to ${MAX_BENCH_CORNERS} values, not ${list.length}.`);
  const values: unknown[] = [];
  for (const item of list as unknown[]) {
    const result = spec.read(item, scope);
    if (!result.ok) return result;
    if (values.includes(result.value)) return problem("duplicate_value", `\`${String(item)}\` stands twice under \`matrix\`.`);
    values.push(result.value);
  }
  return { ok: true, value: values };
}

/** What only the whole `%%bench` cell can have wrong. Each value is known to be right. */
export function checkBench({ settings }: SettingsCell, { models }: NotebookScope): Diagnostic[] {
  const at = (key: string) => settings.find((setting) => setting.key === key);
  const matrix = (at("matrix")?.value ?? {}) as BenchMatrix;
  const twice = settings.filter(({ key }) => Object.hasOwn(matrix, key)).map(({ key, keyRange }) => errorAt(keyRange, "conflict", `\`${key}\` is set here and under \`matrix:\`. Keep one of the two.`));
  return [...twice, ...amounts(at), ...load(at, matrix), ...unknownModels(at, matrix, models), ...total(settings, matrix)];
}

type At = (key: string) => Setting | undefined;

function amounts(at: At): Diagnostic[] {
  const given = ["requests", "runs", "duration"].flatMap((key) => at(key) ?? []);
  return given.slice(1).map(({ key, keyRange }) => errorAt(keyRange, "conflict", `\`${given[0]?.key}\` and \`${key}\` both say how much is measured. Keep one of the two.`));
}

function load(at: At, matrix: BenchMatrix): Diagnostic[] {
  const isOpen = at("rate") !== undefined || Object.hasOwn(matrix, "rate");
  const concurrency = at("concurrency") ?? (Object.hasOwn(matrix, "concurrency") ? at("matrix") : undefined);
  const burstiness = at("burstiness");
  return [
    ...(isOpen && concurrency !== undefined ? [errorAt(concurrency.keyRange, "conflict", "`concurrency` is for closed load and `rate` for open load, where nothing limits the requests under way. Keep one of the two.")] : []),
    ...(isOpen && at("runs") !== undefined ? [errorAt(at("runs")?.keyRange ?? { start: 0, end: 0 }, "conflict", "`runs` counts for each of several simultaneous requests, and open load has none. Say `requests` or `duration`.")] : []),
    ...(!isOpen && burstiness !== undefined ? [errorAt(burstiness.keyRange, "conflict", "`burstiness` shapes the arrivals of open load: it needs `rate`.")] : []),
  ];
}

function unknownModels(at: At, matrix: BenchMatrix, models: readonly string[]): Diagnostic[] {
  if (models.length === 0) return [];
  const places = [...(at("model") === undefined ? [] : [{ setting: at("model"), model: at("model")?.value }]), ...(matrix.model ?? []).map((model) => ({ setting: at("matrix"), model }))];
  return places.flatMap(({ setting, model }) => {
    if (setting === undefined || models.includes(String(model))) return [];
    const suggestion = nearest(String(model), models);
    const fix = suggestion === undefined || setting.key !== "model" ? undefined : replaceFix(setting.valueRange, suggestion);
    return [errorAt(setting.valueRange, "unknown_model", `There is no model \`${String(model)}\`.${didYouMean(suggestion)}`, fix)];
  });
}

function total(settings: readonly Setting[], matrix: BenchMatrix): Diagnostic[] {
  const number = (key: string, otherwise: number) => Number(settings.find((setting) => setting.key === key)?.value ?? otherwise);
  if (settings.some(({ key }) => key === "duration")) return [];
  const others = Object.entries(matrix).filter(([key]) => key !== "concurrency").reduce((product, [, list]) => product * list.length, 1);
  const streams = (matrix.concurrency ?? [number("concurrency", 1)]) as number[];
  const isOpen = settings.some(({ key }) => key === "rate") || Object.hasOwn(matrix, "rate");
  const requests = number("requests", isOpen ? DEFAULT_OPEN_REQUESTS : 0);
  const count = others * streams.reduce((sum, concurrency) => sum + (requests > 0 ? requests : concurrency * number("runs", DEFAULT_RUNS)), 0);
  const cause = settings.find(({ key }) => key === "requests" || key === "runs") ?? settings.find(({ key }) => key === "matrix") ?? settings[0];
  if (cause === undefined || count <= MANY_ANSWERS) return [];
  if (count > MAX_BENCH_REQUESTS) return [errorAt(cause.keyRange, "too_many_runs", `This cell asks for ${count} requests; the limit is ${MAX_BENCH_REQUESTS}. Lower \`runs\` or \`requests\`, or shorten the matrix.`)];
  return [{ severity: "information", code: "many_answers", range: cause.keyRange, message: `This cell asks for ${count} requests.` }];
}

export const DEFAULT_RUNS = 3;
/** Requests of open load: enough for its gaps to differ. */
export const DEFAULT_OPEN_REQUESTS = 20;
