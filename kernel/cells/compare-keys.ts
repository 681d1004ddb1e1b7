import type { Diagnostic, NotebookScope, Range, Setting, SettingsCell } from "./cell.ts";
import { readCompareSource } from "./compare-source.ts";
import { errorAt, replaceFix, warningAt } from "./diagnostic.ts";
import { isMapping, type KindKey, type KindLanguage, problem, scalarKey } from "./kind-key.ts";
import { MANY_ANSWERS, MAX_CONCURRENCY, MAX_SEED, PRECISIONS } from "./keys.ts";
import type { ValueResult } from "./setting-value.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** A smallest difference that matters, for all figures or by name. */
export interface MarginSetting {
  size: number;
  relative: boolean;
}

export type PrecisionPair = readonly [a: (typeof PRECISIONS)[number], b: (typeof PRECISIONS)[number]];

/** What holds where the cell does not say. */
export const DEFAULT_RUNS = 5;
export const DEFAULT_CONCURRENCY = 4;
const DEFAULT_PROMPT_COUNT = 4;
const MAX_FIGURES = 64;
const MAX_PROMPTS = 64;
const MAX_PROMPT_LENGTH = 20_000;
/** More requests in one cell are a slip of the keyboard. */
export const MAX_COMPARE_REQUESTS = 10_000;
/** Keys of the form that measures two precisions itself. */
const MEASURING = ["model", "prompts", "runs", "warmup", "max_tokens", "temperature", "top_p", "seed", "concurrency", "text", "score_tokens", "confirm"] as const;

const side = (name: "a" | "b", example: string): KindKey => ({
  name, takes: "a result, `notebook.ipynb#name` or a .jsonl file, with `where key = value and …`", defaultText: "none", values: "results", example,
  meaning: `Side ${name.toUpperCase()}: a named result of this notebook, a result in a saved notebook, or a file that \`save:\` wrote.`, read: readSide,
});

export const COMPARE_LANGUAGE: KindLanguage = {
  keys: [
    side("a", "a: load where precision = fp16"),
    side("b", "b: load where precision = int8"),
    { name: "show", takes: "a list of figures, such as `[tok_s, ttft_ms, pass]`", defaultText: "the usual metrics that both sides have", example: "show: [tok_s, ttft_ms, pass]",
      meaning: "What the two sides are compared by: metrics, `pass`, or any number that the runs hold. With several, the words of the verdict allow for it (Holm).", read: readShow },
    { name: "margin", takes: "a number in the figure's unit, a share such as `5%`, or a mapping of figures to them", defaultText: "0", example: "margin: { tok_s: 5%, ttft_ms: 20 }",
      meaning: "The smallest difference that matters. A verdict is given only where the interval lies beyond it.", read: readMargin },
    { name: "precision", takes: "two of `fp16`, `int8`, `q4`", defaultText: "none", values: ["[fp16, int8]"], example: "precision: [fp16, int8]",
      meaning: "In place of `a` and `b`: measures a model in two precisions (memory, speed, load, quality) and prints one page.", read: readPrecisions },
    scalarKey({ name: "model", type: "model", defaultText: "the active model", example: "model: smollm2-135m", meaning: "The model that is measured in both precisions." }),
    { name: "prompts", takes: `a list of up to ${MAX_PROMPTS} texts`, defaultText: "four questions of about 128 tokens", example: "prompts: [\"What is 2 + 2?\"]", meaning: "What the model is asked in both precisions.", read: readPrompts },
    scalarKey({ name: "runs", type: "integer", min: 1, max: 1000, defaultText: "5", example: "runs: 5", meaning: "Rounds: every prompt is asked so often in each precision, with the same seeds." }),
    scalarKey({ name: "warmup", type: "integer", min: 0, max: 100, defaultText: "1", example: "warmup: 1", meaning: "Requests before the first round that are not counted." }),
    scalarKey({ name: "max_tokens", type: "integer", min: 2, max: 100_000, defaultText: "256", example: "max_tokens: 256", meaning: "The most tokens of one answer." }),
    scalarKey({ name: "temperature", type: "number", min: 0, max: 2, defaultText: "0.6", example: "temperature: 0.6", meaning: "How freely the next token is drawn, in the timed rounds." }),
    scalarKey({ name: "top_p", type: "number", min: 0, max: 1, aboveMin: true, defaultText: "from the model's profile", example: "top_p: 0.95", meaning: "Draws from the most likely tokens whose probabilities add up to this share." }),
    scalarKey({ name: "seed", type: "integer", min: 0, max: MAX_SEED, defaultText: "1", example: "seed: 7", meaning: "Round k uses seed + k in both precisions." }),
    scalarKey({ name: "concurrency", type: "integer", min: 1, max: MAX_CONCURRENCY, defaultText: "4", example: "concurrency: 4", meaning: "Requests in flight when throughput is measured." }),
    { name: "text", takes: "a text", defaultText: "a passage of about 280 tokens", example: "text: \"A text of the kind you work with …\"", meaning: "The text on which the two precisions' probabilities are compared.", read: readText },
    scalarKey({ name: "score_tokens", type: "integer", min: 2, max: 4096, defaultText: "256", example: "score_tokens: 128", meaning: "At most so many tokens of `text` are compared." }),
    scalarKey({ name: "confirm", type: "boolean", defaultText: "on", example: "confirm: off", meaning: "Whether a long measurement asks before it goes on. Where nobody can be asked, it stops unless this is off." }),
    scalarKey({ name: "name", type: "name", defaultText: "none", example: "name: versus", meaning: "Names the comparison: `{{ versus.table }}`." }),
  ],
  otherNames: {
    left: "a", right: "b", baseline: "a", base: "a", control: "a", candidate: "b", treatment: "b", new: "b", old: "a", metrics: "show", metric: "show", figures: "show", tolerance: "margin", threshold: "margin",
    precisions: "precision", quant: "precision", dtype: "precision", prompt: "prompts", questions: "prompts", rounds: "runs", repeat: "runs", repeats: "runs", batch: "concurrency", batch_size: "concurrency",
    max_new_tokens: "max_tokens", temp: "temperature", random_seed: "seed", passage: "text", id: "name",
  },
  required: [],
  together: checkCompare,
};

function readSide(value: unknown): ValueResult {
  const reading = readCompareSource(value);
  return reading.ok ? { ok: true, value: reading.source } : problem("bad_source", reading.message);
}

function readShow(value: unknown): ValueResult {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isNames = list.every((item): item is string => typeof item === "string" && /^[\p{L}_][\p{L}\p{N}_.]{0,100}$/u.test(item));
  if (!isNames || list.length === 0) return problem("wrong_type", "`show` is a list of figures, such as `[tok_s, ttft_ms, pass]`.");
  if (list.length > MAX_FIGURES) return problem("out_of_range", `\`show\` takes up to ${MAX_FIGURES} figures, not ${list.length}.`);
  const twice = list.find((item, at) => list.indexOf(item) !== at);
  return twice === undefined ? { ok: true, value: list } : problem("duplicate_value", `\`${String(twice)}\` stands twice in \`show\`.`);
}

function readMargin(value: unknown): ValueResult {
  if (!isMapping(value)) {
    const margin = marginOf(value);
    return margin === null ? problem("wrong_type", "`margin` is a number from 0 on in the figure's unit, or a share such as `5%`.") : { ok: true, value: margin };
  }
  const read = Object.entries(value).map(([key, item]) => [key, marginOf(item)] as const);
  const wrong = read.find(([, margin]) => margin === null);
  if (wrong !== undefined) return problem("wrong_type", `The margin of \`${wrong[0].slice(0, 60)}\` is a number from 0 on, or a share such as \`5%\`.`);
  return { ok: true, value: { by: Object.fromEntries(read) } };
}

function marginOf(value: unknown): MarginSetting | null {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? { size: value, relative: false } : null;
  const share = typeof value === "string" ? /^(\d{1,3}(?:\.\d{1,6})?)[ ]?%$/.exec(value.trim())?.[1] : undefined;
  return share === undefined ? null : { size: Number(share) / 100, relative: true };
}

function readPrecisions(value: unknown): ValueResult {
  const list: unknown[] = Array.isArray(value) ? value : [];
  if (list.length !== 2) return problem("wrong_type", "`precision` is a list of two, such as `[fp16, int8]`.");
  const unknown = list.find((item) => !PRECISIONS.some((known) => known === item));
  if (unknown !== undefined) return problem("unknown_value", `There is no precision \`${String(unknown).slice(0, 40)}\`.${didYouMean(nearest(String(unknown), PRECISIONS))}`);
  return list[0] === list[1] ? problem("duplicate_value", "`precision` names the same one twice.") : { ok: true, value: list };
}

function readPrompts(value: unknown): ValueResult {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isTexts = list.every((item) => typeof item === "string" && item.trim() !== "" && item.length <= MAX_PROMPT_LENGTH);
  if (list.length === 0 || !isTexts) return problem("wrong_type", `\`prompts\` is a list of texts of up to ${MAX_PROMPT_LENGTH} characters.`);
  return list.length > MAX_PROMPTS ? problem("out_of_range", `\`prompts\` takes up to ${MAX_PROMPTS} texts, not ${list.length}.`) : { ok: true, value: list };
}

function readText(value: unknown): ValueResult {
  return typeof value === "string" && value.trim() !== "" && value.length <= MAX_PROMPT_LENGTH ? { ok: true, value } : problem("wrong_type", `\`text\` is a text of up to ${MAX_PROMPT_LENGTH} characters.`);
}

/** Either two results, or one measurement; and names that exist. */
function checkCompare({ settings, kindRange }: SettingsCell, scope: NotebookScope): Diagnostic[] {
  const at = (key: string) => settings.find((setting) => setting.key === key);
  const [a, b, precision] = [at("a"), at("b"), at("precision")];
  if (precision !== undefined) {
    const mixed = ["a", "b", "show", "margin"].flatMap((key) => at(key) ?? []);
    return [...mixed.map(({ key, keyRange }) => errorAt(keyRange, "conflict", `\`${key}\` compares results that are there; \`precision\` measures new ones. Keep one of the two.`)), ...unknownModel(at("model"), scope), ...tooMany(settings, kindRange)];
  }
  if (a === undefined || b === undefined) {
    return [errorAt((a ?? b)?.keyRange ?? kindRange, "missing_key", "`%%compare` needs `a:` and `b:`, or `precision: [fp16, int8]`.")];
  }
  const measuring = MEASURING.flatMap((key) => at(key) ?? []);
  return [
    ...measuring.map(({ key, keyRange }) => errorAt(keyRange, "conflict", `\`${key}\` belongs to \`precision: [fp16, int8]\`, which measures; \`a\` and \`b\` are there already.`)),
    ...judgeResult(a, scope), ...judgeResult(b, scope),
  ];
}

/** Requests that are measured: the singles and the batches of both precisions. */
export function requestsPlanned(prompts: number, runs: number, concurrency: number): number {
  return 2 * runs * (prompts + concurrency);
}

function tooMany(settings: readonly Setting[], kindRange: Range): Diagnostic[] {
  const number = (key: string, fallback: number) => {
    const value = settings.find((setting) => setting.key === key)?.value;
    return typeof value === "number" ? value : fallback;
  };
  const prompts = settings.find(({ key }) => key === "prompts")?.value;
  const count = requestsPlanned(Array.isArray(prompts) ? prompts.length : prompts === undefined ? DEFAULT_PROMPT_COUNT : 1, number("runs", DEFAULT_RUNS), number("concurrency", DEFAULT_CONCURRENCY));
  const range = settings.find(({ key }) => key === "runs")?.keyRange ?? kindRange;
  if (count > MAX_COMPARE_REQUESTS) return [errorAt(range, "out_of_range", `This cell asks for ${count} answers; up to ${MAX_COMPARE_REQUESTS} are allowed. Lower \`runs\`, \`prompts\` or \`concurrency\`.`)];
  return count > MANY_ANSWERS ? [{ severity: "information", code: "many_answers", range, message: `This cell asks for ${count} answers.` }] : [];
}

function judgeResult({ value, valueRange }: Setting, { values, stale }: NotebookScope): Diagnostic[] {
  const reading = readCompareSource(value);
  if (!reading.ok || reading.source.kind !== "result") return [];
  const { name } = reading.source;
  if (stale.includes(name)) return [warningAt(valueRange, "stale_variable", `\`${name}\` is out of date: its cell or what it depends on changed after it ran.`)];
  if (Object.hasOwn(values, name)) return [];
  const suggestion = nearest(name, Object.keys(values));
  const fix = suggestion === undefined ? undefined : replaceFix(valueRange, String(value).replace(name, suggestion));
  return [errorAt(valueRange, "unknown_result", `There is no result \`${name}\`.${didYouMean(suggestion)}`, fix)];
}

function unknownModel(setting: Setting | undefined, { models }: NotebookScope): Diagnostic[] {
  const model = String(setting?.value ?? "").trim();
  if (setting === undefined || models.length === 0 || models.includes(model)) return [];
  const suggestion = nearest(model, models);
  return [errorAt(setting.valueRange, "unknown_model", `There is no model \`${model}\`.${didYouMean(suggestion)}`, suggestion === undefined ? undefined : replaceFix(setting.valueRange, suggestion))];
}
