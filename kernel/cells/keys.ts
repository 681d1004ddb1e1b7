/** Every key of a prompt cell's front matter, as data: validation, completion, hover and `%help` read it from here. */

export type KeyType = "number" | "integer" | "boolean" | "name" | "model" | "enum" | "stop" | "output" | "matrix" | "data" | "where" | "sample" | "save" | "until" | "report" | "assertions" | "require" | "judge" | "tools" | "tool-choice";

export interface KeySpec {
  name: string;
  type: KeyType;
  /** Bounds of a number; both belong to the range unless `aboveMin`. */
  min?: number;
  max?: number;
  aboveMin?: boolean;
  /** The words of an enum. */
  values?: readonly string[];
  /** What holds when the key is not set, in words. */
  defaultText: string;
  meaning: string;
  example: string;
  /** May stand under `matrix:`. */
  sweep: boolean;
  /** May be set for the whole notebook with `%defaults`. */
  cascade: boolean;
}

export const PRECISIONS = ["fp16", "int8", "q4"] as const;
export const BACKENDS = ["local", "remote"] as const;
export const TASKS = ["chat", "code", "math", "creative", "reasoning"] as const;

export const MAX_RUNS = 1000;
export const MAX_SEED = 2 ** 32 - 1;
export const MAX_STOPS = 16;
export const MAX_STOP_LENGTH = 256;
export const MAX_MATRIX_VALUES = 64;
/** Combinations of a matrix; with more, the table of results is beyond reading. */
export const MAX_MATRIX_CORNERS = 1024;
export const MAX_CONCURRENCY = 64;
/** More answers than this in one cell need a second look: see `answersPlanned`. */
export const MANY_ANSWERS = 200;

const PROFILE = "from the model's profile";
const setting = { sweep: true, cascade: true };
const cellOnly = { sweep: false, cascade: false };

export const KEYS: readonly KeySpec[] = [
  { name: "name", type: "name", defaultText: "none", ...cellOnly, example: "name: solve",
    meaning: "Names the result, so that other cells can use `{{ solve.answer }}`." },
  { name: "model", type: "model", defaultText: "the active model", ...setting, example: "model: smollm2-135m",
    meaning: "The model that answers." },
  { name: "precision", type: "enum", values: PRECISIONS, defaultText: "the active precision", ...setting, example: "precision: int8",
    meaning: "The variant of the model's weights: `fp16` (16 bits), `int8` (Q8_0, 8.5 bits) or `q4` (4-bit files)." },
  { name: "backend", type: "enum", values: BACKENDS, defaultText: "`remote` where RETORT_URL is set, else `local`", ...setting, example: "backend: remote",
    meaning: "Who answers: the runtime on this machine, or the OpenAI-compatible server that RETORT_URL names (its key in RETORT_API_KEY)." },
  { name: "task", type: "enum", values: TASKS, defaultText: "none", ...setting, example: "task: math",
    meaning: "Chooses the model profile's defaults for a kind of work, such as a lower temperature for `code` and `math`." },
  { name: "temperature", type: "number", min: 0, max: 2, defaultText: PROFILE, ...setting, example: "temperature: 0.6",
    meaning: "How freely the next token is drawn. 0 always takes the most likely one." },
  { name: "top_p", type: "number", min: 0, max: 1, aboveMin: true, defaultText: PROFILE, ...setting, example: "top_p: 0.95",
    meaning: "Draws from the most likely tokens whose probabilities add up to this share. 1 turns it off." },
  { name: "top_k", type: "integer", min: 0, max: 1_000_000, defaultText: PROFILE, ...setting, example: "top_k: 40",
    meaning: "Draws from this many of the most likely tokens. 0 turns it off." },
  { name: "min_p", type: "number", min: 0, max: 1, defaultText: PROFILE, ...setting, example: "min_p: 0.05",
    meaning: "Leaves out tokens less likely than this share of the most likely one. 0 turns it off." },
  { name: "max_tokens", type: "integer", min: 1, max: 1_000_000, defaultText: PROFILE, ...setting, example: "max_tokens: 512",
    meaning: "The most tokens that the model may generate, thinking included." },
  { name: "seed", type: "integer", min: 0, max: MAX_SEED, defaultText: "a new one for each run", ...setting, example: "seed: 7",
    meaning: "Makes a run repeatable. Run k of several uses seed + k, the first being k = 0." },
  { name: "stop", type: "stop", defaultText: "none", sweep: false, cascade: true, example: 'stop: ["\\n\\nQuestion:"]',
    meaning: "One text or a list of texts that end the answer. They are not part of it." },
  { name: "repeat_penalty", type: "number", min: 0, max: 2, aboveMin: true, defaultText: PROFILE, ...setting, example: "repeat_penalty: 1.1",
    meaning: "Makes tokens that were just used less likely. 1 turns it off." },
  { name: "frequency_penalty", type: "number", min: -2, max: 2, defaultText: "0", ...setting, example: "frequency_penalty: 0.2",
    meaning: "Makes tokens less likely with each time they were used." },
  { name: "presence_penalty", type: "number", min: -2, max: 2, defaultText: "0", ...setting, example: "presence_penalty: 0.2",
    meaning: "Makes tokens that were used at all less likely." },
  { name: "runs", type: "integer", min: 1, max: MAX_RUNS, defaultText: "1", sweep: false, cascade: true, example: "runs: 5",
    meaning: "Asks this many times and prints statistics: n, mean, standard deviation, median, interval, outliers." },
  { name: "warmup", type: "integer", min: 0, max: 100, defaultText: "1 when there are several runs, else 0", sweep: false, cascade: true, example: "warmup: 1",
    meaning: "Requests before the first run that are not counted, with a different prompt." },
  { name: "matrix", type: "matrix", defaultText: "none", ...cellOnly, example: "matrix: { temperature: [0, 0.7], precision: [fp16, int8] }",
    meaning: "Asks for every combination, times `runs`, and compares. Takes keys that can be swept, variables of the template (`tone: [kind, strict]`, or with names `tone: { short: …, long: … }`), and whole prompts as `prompt: { a: …, b: … }`, which stand in for `{{ prompt }}`. Run k has the same seed everywhere." },
  { name: "data", type: "data", defaultText: "none", ...cellOnly, example: "data: ./questions.csv",
    meaning: "Asks once for each row of a CSV, TSV, JSONL or JSON file (a path from the notebook's folder), or of a list in the cell. Columns are `{{ row.name }}`. A row that cannot be used fails alone, with its line." },
  { name: "where", type: "where", defaultText: "all rows", ...cellOnly, example: "where: { split: test, level: { at_least: 2 } }",
    meaning: "Takes only rows for which every condition holds: a value, a list of values, or `not`, `at_least`, `at_most`, `contains`." },
  { name: "sample", type: "sample", defaultText: "all rows", ...cellOnly, example: "sample: { n: 20, seed: 3 }",
    meaning: "Takes this many of the rows that `where` leaves, drawn by a seed (its own, else the cell's), in the file's order." },
  { name: "limit", type: "integer", min: 1, max: 1_000_000, defaultText: "all rows", ...cellOnly, example: "limit: 100",
    meaning: "Takes only the first rows of those that `where` and `sample` leave." },
  { name: "concurrency", type: "integer", min: 1, max: MAX_CONCURRENCY, defaultText: "1", sweep: false, cascade: true, example: "concurrency: 4",
    meaning: "Requests in flight at once. Times then hold waiting and shared work; compare them only with the same number." },
  { name: "until", type: "until", defaultText: "none", ...cellOnly, example: "until: { metric: tok_s, ci_width: 5%, max_runs: 50 }",
    meaning: "Goes on asking until the 95 % interval of a metric (or of `pass`) is this narrow, in its unit or as a share of the mean, and stops at `max_runs`. `runs` is then the least." },
  { name: "save", type: "save", defaultText: "none", ...cellOnly, example: "save: ./results/run.jsonl",
    meaning: "Writes every answer as a line of JSON the moment it is there. A file that exists is never overwritten: see `resume`." },
  { name: "resume", type: "boolean", defaultText: "off", ...cellOnly, example: "resume: on",
    meaning: "Takes answers that the `save` file holds for the very same requests, asks only for what is missing, and adds it to the file." },
  { name: "cache", type: "boolean", defaultText: "off", sweep: false, cascade: true, example: "cache: on",
    meaning: "Takes an answer from an earlier cell if model file, settings, seed, prompt and engine are all the same, and marks it; its times do not count. Needs a `seed`. `retort cache clear` empties it." },
  { name: "confirm", type: "boolean", defaultText: "on", sweep: false, cascade: true, example: "confirm: off",
    meaning: "Whether a long cell asks before it goes on. Where nobody can be asked, it stops unless this is off." },
  { name: "report", type: "report", defaultText: "all metrics for each combination", ...cellOnly, example: "report: { rows: temperature, columns: precision, show: [pass, tok_s] }",
    meaning: "Lays the results of a matrix out as one table for each metric under `show`." },
  { name: "output", type: "output", defaultText: "text", ...cellOnly,
    example: "output: { schema: { type: object, required: [answer], properties: { answer: { type: integer } } } }",
    meaning: "`json` for any JSON object, or a `schema` (JSON Schema) that the answer must fit. The value is then `{{ name.json }}`." },
  { name: "assert", type: "assertions", defaultText: "none", ...cellOnly, example: "assert: [{ boxed: 16 }, { not: { contains: sorry } }]",
    meaning: "What every answer is held against. The cell fails unless the share of runs that `require` names passes. Texts may be templates, such as `{{ row.answer }}`." },
  { name: "require", type: "require", defaultText: "all", ...cellOnly, example: "require: 0.75",
    meaning: "The share of runs that must pass `assert`, for each combination of the matrix by itself." },
  { name: "on_fail", type: "enum", values: ["error", "report"], defaultText: "error", sweep: false, cascade: true, example: "on_fail: report",
    meaning: "What a failed `assert` does: `error` fails the cell, and with it a papermill or nbclient job; `report` only shows it." },
  { name: "judge", type: "judge", defaultText: "the model that answers", sweep: false, cascade: true, example: "judge: { model: r1-1.5b, max_tokens: 1024 }",
    meaning: "The model behind `judge` assertions. It is asked at temperature 0, and its time is counted apart." },
  { name: "tools", type: "tools", defaultText: "none", ...cellOnly, example: "tools: [calculator]",
    meaning: "Functions that the model may call. A `%%js` cell defines them with `tool(name, schema, fn)`; every call is shown with its result." },
  { name: "tool_choice", type: "tool-choice", defaultText: "auto", ...cellOnly, example: "tool_choice: required",
    meaning: "`auto` lets the model decide, `required` makes its first reply a call, a name makes it a call of that tool, `none` forbids calls." },
  { name: "cache_prompt", type: "boolean", defaultText: "on", ...setting, example: "cache_prompt: off",
    meaning: "Whether a prompt's beginning that is still in memory may be used again. Off measures a cold start." },
  { name: "timings", type: "boolean", defaultText: "on", sweep: false, cascade: true, example: "timings: off",
    meaning: "Whether the line of timing stands under the answer." },
  { name: "slim", type: "boolean", defaultText: "off", sweep: false, cascade: true, example: "slim: on",
    meaning: "Whether only plain text and a small record are stored: no pictures, no samples. For notebooks under version control." },
];

/** Keys that a later version brings: known by name, refused by name. */
export const LATER_KEYS: readonly string[] = [
  "chart", "show", "slo", "test", "inputs", "logit_bias", "logprobs", "images", "grammar",
];

/** Names that other tools give to our keys. */
export const OTHER_KEY_NAMES: Readonly<Record<string, string>> = {
  id: "name", temp: "temperature", t: "temperature", topp: "top_p", p: "top_p", nucleus: "top_p", topk: "top_k", k: "top_k", minp: "min_p",
  max_new_tokens: "max_tokens", max_completion_tokens: "max_tokens", max_output_tokens: "max_tokens", num_predict: "max_tokens",
  n_predict: "max_tokens", max_length: "max_tokens", maxtokens: "max_tokens", max: "max_tokens", length: "max_tokens",
  random_seed: "seed", stop_sequences: "stop", stops: "stop", stop_words: "stop", repetition_penalty: "repeat_penalty",
  frequence_penalty: "frequency_penalty", n: "runs", repeat: "runs", repeats: "runs", repetitions: "runs", samples: "runs", trials: "runs",
  warmups: "warmup", warm_up: "warmup", sweep: "matrix", grid: "matrix", response_format: "output", schema: "output", json_schema: "output",
  format: "output", quant: "precision", quantization: "precision", dtype: "precision", model_id: "model", engine: "model", profile: "task",
  assertions: "assert", asserts: "assert", checks: "assert", expect: "assert", threshold: "require", must_pass: "require", onfail: "on_fail", functions: "tools", function_call: "tool_choice",
  timing: "timings", prompt_cache: "cache_prompt", dataset: "data", data_set: "data", file: "data", filter: "where", take: "limit", max_rows: "limit",
  parallel: "concurrency", parallelism: "concurrency", threads: "concurrency", save_to: "save", out: "save", continue: "resume", yes: "confirm", pivot: "report",
};

export const KEY_NAMES: readonly string[] = KEYS.map((key) => key.name);

export function findKey(name: string): KeySpec | undefined {
  return KEYS.find((key) => key.name === name);
}
