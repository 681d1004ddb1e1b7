import { checkBench, MATRIX_KEYS, readBenchMatrix } from "./bench-matrix.ts";
import { CHART_BARS, CHART_TYPES } from "./chart-keys.ts";
import { isMapping, type KindLanguage, problem, scalarKey } from "./kind-key.ts";
import { MAX_SEED } from "./keys.ts";
import { BENCH_SCALARS } from "./bench-scalars.ts";
import type { ValueResult } from "./setting-value.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** Limits that a request can be held to: the most of each, in ms. */
export const SLO_KEYS = ["ttft_ms", "ttfa_ms", "tpot_ms", "itl_ms", "e2e_ms", "queue_ms"] as const;
/** What the `chart:` of a benchmark may say. */
const CHART_KEYS = ["x", "y", "series", "bars", "type"] as const;
const MAX_MS = 3_600_000;

export const BENCH_LANGUAGE: KindLanguage = {
  keys: [
    scalarKey({ name: "name", type: "name", defaultText: "none", example: "name: load", meaning: "Names the result, for `%%chart`, `%%compare` and `{{ load.table }}`." }),
    ...BENCH_SCALARS,
    { name: "matrix", takes: `a mapping of up to four of ${MATRIX_KEYS.map((key) => `\`${key}\``).join(", ")} to lists of values`, defaultText: "none", under: MATRIX_KEYS,
      example: "matrix: { precision: [fp16, int8], concurrency: [1, 2, 4] }", meaning: "Measures every combination, in a random order that the seed fixes.", read: readBenchMatrix },
    scalarKey({ name: "warmup", type: "integer", min: 0, max: 100, defaultText: "1", example: "warmup: 2", meaning: "Requests before each measurement that are not counted, with other prompts of the same length." }),
    scalarKey({ name: "runs", type: "integer", min: 1, max: 1000, defaultText: "3", example: "runs: 5", meaning: "Requests that each of the simultaneous ones makes, one after the other: `concurrency` x `runs` are measured." }),
    scalarKey({ name: "requests", type: "integer", min: 1, max: 10_000, defaultText: "`concurrency` x `runs`; 20 with `rate`", example: "requests: 40", meaning: "Requests of one measurement, in place of `runs`." }),
    scalarKey({ name: "duration", type: "number", min: 1, max: 3600, defaultText: "none", example: "duration: 30", meaning: "Seconds for which requests are sent, in place of `runs`. Those under way then are waited for." }),
    scalarKey({ name: "burstiness", type: "number", min: 0, max: 100, aboveMin: true, defaultText: "1 (Poisson)", example: "burstiness: 0.5",
      meaning: "Shape of the gaps between arrivals under `rate`: 1 is a Poisson process, less comes in bursts, more is even (gamma distribution)." }),
    { name: "slo", takes: `a mapping of ${SLO_KEYS.map((key) => `\`${key}\``).join(", ")} to milliseconds`, defaultText: "none", under: SLO_KEYS, example: "slo: { ttft_ms: 800, tpot_ms: 50 }",
      meaning: "Limits that a request must keep to count for the goodput. Under `rate`, times count from the planned arrival.", read: readSlo },
    scalarKey({ name: "seed", type: "integer", min: 0, max: MAX_SEED, defaultText: "1", example: "seed: 7", meaning: "Fixes the prompts, the order and the arrivals." }),
    scalarKey({ name: "cache_prompt", type: "boolean", defaultText: "off", example: "cache_prompt: on", meaning: "Whether a prompt's beginning that is still in memory may be used again. Every prompt differs, so little changes." }),
    { name: "chart", takes: "a mapping of `x`, `y`, `series`, `bars`, `type`, or `off`", defaultText: "throughput and time to first token over the matrix", under: CHART_KEYS,
      example: "chart: { x: concurrency, y: [out_tok_s, ttft_ms.p95], series: precision, bars: sd }", meaning: "What is drawn under the table; the keys are those of `%%chart`.", read: readChart },
  ],
  otherNames: {
    quant: "precision", dtype: "precision", quantization: "precision", input_tokens: "prompt_tokens", input_len: "prompt_tokens", isl: "prompt_tokens", pp: "prompt_tokens", prompt: "prompt_tokens",
    output_tokens: "max_tokens", output_len: "max_tokens", osl: "max_tokens", tg: "max_tokens", n_predict: "max_tokens", batch: "concurrency", streams: "concurrency", parallel: "concurrency",
    users: "concurrency", clients: "concurrency", num_prompts: "requests", n: "requests", request_rate: "rate", qps: "rate", rps: "rate", time: "duration", seconds: "duration", goodput: "slo",
    limits: "slo", repeat: "runs", repeats: "runs", warm_up: "warmup", sweep: "matrix", grid: "matrix", plot: "chart", random_seed: "seed", id: "name",
  },
  required: [],
  together: checkBench,
};

function readSlo(value: unknown): ValueResult {
  if (!isMapping(value) || Object.keys(value).length === 0) return problem("wrong_type", "`slo` is a mapping of limits in milliseconds, such as `{ ttft_ms: 800, tpot_ms: 50 }`.");
  for (const [key, limit] of Object.entries(value)) {
    if (!SLO_KEYS.some((known) => known === key)) return problem("unknown_key", `\`slo\` has no limit \`${key}\`.${didYouMean(nearest(key, SLO_KEYS))}`);
    if (typeof limit !== "number" || !(limit > 0) || limit > MAX_MS) return problem("out_of_range", `\`${key}\` under \`slo\` is a number of milliseconds above 0 and up to ${MAX_MS}.`);
  }
  return { ok: true, value };
}

function readChart(value: unknown): ValueResult {
  if (value === false || value === "off") return { ok: true, value: null };
  if (!isMapping(value)) return problem("wrong_type", "`chart` is a mapping such as `{ x: concurrency, y: out_tok_s }`, or `off`.");
  for (const [key, given] of Object.entries(value)) {
    if (!CHART_KEYS.some((known) => known === key)) return problem("unknown_key", `\`chart\` has no key \`${key}\` here.${didYouMean(nearest(key, CHART_KEYS))}`);
    const fault = chartValueFault(key, given);
    if (fault !== null) return problem("unknown_value", fault);
  }
  if (value.y === undefined) return problem("missing_key", "`chart` needs `y`: the name of a figure, or a list of them.");
  return { ok: true, value: { ...value, y: [value.y].flat() } };
}

function chartValueFault(key: string, given: unknown): string | null {
  const list: unknown[] = [given].flat();
  if (key === "bars" || key === "type") {
    const words: readonly string[] = key === "bars" ? CHART_BARS : CHART_TYPES;
    return words.includes(String(given)) ? null : `\`${key}\` is one of ${words.map((word) => `\`${word}\``).join(", ")}.`;
  }
  const isNames = list.length > 0 && list.every((item) => typeof item === "string" && item !== "") && (key === "y" || list.length === 1);
  return isNames ? null : `\`${key}\` under \`chart\` is the name of a figure or key.`;
}

