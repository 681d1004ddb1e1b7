import type { Sampling } from "../engine/engine.ts";

const SEEDS = 2 ** 32;

/** Seed of the n-th reply (from 0) to one request: it counts up, so that replies differ and each can be repeated. */
export function choiceSeed(seed: number, choice: number): number {
  return (seed + choice) % SEEDS;
}

/** Sampling of the n-th reply. */
export function withChoice(sampling: Sampling, choice: number): Sampling {
  return { ...sampling, seed: choiceSeed(sampling.seed, choice) };
}
