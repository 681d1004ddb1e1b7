import { scalarKey, type KindKey } from "./kind-key.ts";
import { PRECISIONS } from "./keys.ts";

export const MAX_CONCURRENCY = 256;

/** The keys of a benchmark that one measurement has one value of: they may stand under `matrix:` too. */
export const BENCH_SCALARS: readonly KindKey[] = [
  scalarKey({ name: "model", type: "model", defaultText: "the active model", example: "model: smollm2-135m", meaning: "The model that is measured." }),
  scalarKey({ name: "precision", type: "enum", values: PRECISIONS, defaultText: "the active precision", example: "precision: int8", meaning: "The variant of the model's weights: `fp16`, `int8` or `q4`." }),
  scalarKey({ name: "prompt_tokens", type: "integer", min: 1, max: 100_000, defaultText: "128", example: "prompt_tokens: 256",
    meaning: "Length of every prompt as the model sees it, its chat template included. The prompts are made up, and no two are alike." }),
  scalarKey({ name: "max_tokens", type: "integer", min: 1, max: 100_000, defaultText: "64", example: "max_tokens: 128",
    meaning: "Tokens that every request generates. Retort's runtime does not stop earlier; another server may." }),
  scalarKey({ name: "concurrency", type: "integer", min: 1, max: MAX_CONCURRENCY, defaultText: "1", example: "concurrency: 4", meaning: "Closed load: as many requests are under way at any time." }),
  scalarKey({ name: "rate", type: "number", min: 0, max: 1000, aboveMin: true, defaultText: "none", example: "rate: 2",
    meaning: "Open load: requests arrive at so many a second on average, whether or not earlier ones have ended." }),
];
