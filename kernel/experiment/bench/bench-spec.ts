import type { Precision } from "../../../runtime/models/model.ts";
import { type BenchMatrix, DEFAULT_OPEN_REQUESTS, DEFAULT_RUNS } from "../../cells/bench-matrix.ts";
import type { Corner } from "../plan.ts";
import { seededRandom, shuffled } from "../statistics/random.ts";

/** The settings of a `%%bench` cell, by key. */
export interface BenchSettings {
  name?: string;
  model?: string;
  precision?: Precision;
  prompt_tokens?: number;
  max_tokens?: number;
  concurrency?: number;
  rate?: number;
  burstiness?: number;
  matrix?: BenchMatrix;
  warmup?: number;
  runs?: number;
  requests?: number;
  duration?: number;
  slo?: Readonly<Record<string, number>>;
  seed?: number;
  cache_prompt?: boolean;
}

/** How requests come: so many at a time, or so many a second whatever becomes of them. */
export type Load = { kind: "closed"; concurrency: number } | { kind: "open"; rate: number; burstiness: number };

/** How much is measured. */
export type Amount = { requests: number } | { seconds: number };

/** One measurement of a benchmark. */
export interface BenchCorner {
  /** What the matrix sets here. */
  corner: Corner;
  model: string | undefined;
  precision: Precision | undefined;
  promptTokens: number;
  maxTokens: number;
  load: Load;
  amount: Amount;
}

export interface BenchSpec {
  /** In the order of the matrix. */
  corners: BenchCorner[];
  /** Positions in `corners`, in the order of execution. */
  order: number[];
  warmup: number;
  slo: Readonly<Record<string, number>> | null;
  seed: number;
  cachePrompt: boolean;
}

const DEFAULT_PROMPT_TOKENS = 128;
const DEFAULT_MAX_TOKENS = 64;
const DEFAULT_SEED = 1;

/** What a benchmark measures: every combination of its matrix, in an order that the seed fixes, so that a machine that slows down does not slow only the last ones. */
export function benchSpec(settings: BenchSettings): BenchSpec {
  const corners = combinations(settings.matrix ?? {}).map((corner) => benchCorner({ ...settings, ...corner }, corner));
  const seed = settings.seed ?? DEFAULT_SEED;
  return {
    corners,
    order: shuffled(corners.map((_, position) => position), seededRandom(seed)),
    warmup: settings.warmup ?? 1,
    slo: settings.slo ?? null,
    seed,
    cachePrompt: settings.cache_prompt ?? false,
  };
}

function combinations(matrix: BenchMatrix): Corner[] {
  return Object.entries(matrix).reduce<Corner[]>((corners, [key, values]) => corners.flatMap((corner) => values.map((value) => ({ ...corner, [key]: value }))), [{}]);
}

function benchCorner(settings: BenchSettings, corner: Corner): BenchCorner {
  const { model, precision, prompt_tokens = DEFAULT_PROMPT_TOKENS, max_tokens = DEFAULT_MAX_TOKENS, concurrency = 1, rate, burstiness = 1 } = settings;
  const load: Load = rate === undefined ? { kind: "closed", concurrency } : { kind: "open", rate, burstiness };
  return { corner, model, precision, promptTokens: prompt_tokens, maxTokens: max_tokens, load, amount: amountOf(settings, load) };
}

function amountOf({ duration, requests, runs = DEFAULT_RUNS }: BenchSettings, load: Load): Amount {
  if (duration !== undefined) return { seconds: duration };
  return { requests: requests ?? (load.kind === "closed" ? load.concurrency * runs : DEFAULT_OPEN_REQUESTS) };
}

/** How many requests a measurement will make; null where its duration decides. */
export function requestsOf({ amount }: BenchCorner): number | null {
  return "requests" in amount ? amount.requests : null;
}
