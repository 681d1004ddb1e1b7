import type { Sampling } from "../engine/engine.ts";

const SEEDS = 2 ** 32;

/** Sampling of the n-th reply (from 0) to one request: the seed counts up, so that replies differ and each can be repeated. */
export function withChoice(sampling: Sampling, choice: number): Sampling {
  return { ...sampling, seed: (sampling.seed + choice) % SEEDS };
}
