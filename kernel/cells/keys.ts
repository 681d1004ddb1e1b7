/** Every key of a prompt cell's front matter, as data: validation, completion, hover and `%help` read it from here. */

export type KeyType = "number" | "integer" | "boolean" | "name" | "model" | "enum" | "stop" | "output" | "matrix";

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
export const TASKS = ["chat", "code", "math", "creative", "reasoning"] as const;

export const MAX_RUNS = 1000;
export const MAX_SEED = 2 ** 32 - 1;
export const MAX_STOPS = 16;
export const MAX_STOP_LENGTH = 256;
export const MAX_MATRIX_VALUES = 64;
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
  { name: "matrix", type: "matrix", defaultText: "none", ...cellOnly, example: "matrix: { precision: [fp16, int8] }",
    meaning: "Asks once for each value of one key, times `runs`, and compares." },
  { name: "output", type: "output", defaultText: "text", ...cellOnly,
    example: "output: { schema: { type: object, required: [answer], properties: { answer: { type: integer } } } }",
    meaning: "`json` for any JSON object, or a `schema` (JSON Schema) that the answer must fit. The value is then `{{ name.json }}`." },
  { name: "cache_prompt", type: "boolean", defaultText: "on", ...setting, example: "cache_prompt: off",
    meaning: "Whether a prompt's beginning that is still in memory may be used again. Off measures a cold start." },
  { name: "timings", type: "boolean", defaultText: "on", sweep: false, cascade: true, example: "timings: off",
    meaning: "Whether the line of timing stands under the answer." },
];

/** Keys that a later version brings: known by name, refused by name. */
export const LATER_KEYS: readonly string[] = [
  "assert", "require", "data", "where", "limit", "concurrency", "save", "resume", "report", "tools", "until", "on_fail", "judge", "cache",
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
  timing: "timings", prompt_cache: "cache_prompt",
};

export const KEY_NAMES: readonly string[] = KEYS.map((key) => key.name);

export function findKey(name: string): KeySpec | undefined {
  return KEYS.find((key) => key.name === name);
}
