import type { LoadedInfo } from "../../../../runtime/api/types.ts";
import type { ErrorFields } from "../../../../runtime/errors.ts";
import type { Precision } from "../../../../runtime/models/model.ts";
import type { ResultRow } from "../result-set.ts";
import type { Distance } from "./distance.ts";
import type { Likeness } from "./likeness.ts";

/** What a comparison of two precisions asks for. */
export interface PrecisionPlan {
  model: string;
  precisions: readonly [Precision, Precision];
  prompts: readonly string[];
  runs: number;
  warmup: number;
  maxTokens: number;
  temperature: number;
  topP: number | undefined;
  seed: number;
  concurrency: number;
  text: string;
  scoreTokens: number;
}

/** One precision alone in memory. Bytes. */
export interface SideMemory {
  loaded: LoadedInfo;
  /** From the request to ready, ms; the file had been read before. */
  loadMs: number;
  /** The engine's process above what it held without the model: the most while it answered. */
  peak: number;
  /** Memory of the graphics device above what was in use without the model; null without one. */
  devicePeak: number | null;
}

/** A greedy answer of one side. */
export interface GreedyAnswer {
  text: string;
  tokens: readonly number[];
  boxed: string | null;
}

/** A part of the page that could not be measured says why. */
export type Part<T> = { ok: true; value: T } | { ok: false; error: ErrorFields };

export interface PrecisionMeasurement {
  plan: PrecisionPlan;
  memory: readonly [SideMemory | null, SideMemory | null];
  /** Both precisions stood in memory at once, so that rounds could alternate. */
  alternating: boolean;
  /** Single requests and batches, flat; a key `precision` tells the sides apart. */
  rows: ResultRow[];
  distance: Part<Distance> | null;
  /** By prompt, the worked example last: the greedy answers of both sides. */
  greedy: Part<ReadonlyArray<readonly [GreedyAnswer, GreedyAnswer]>> | null;
  likeness: Part<Likeness> | null;
  /** Remarks of the runtime, such as FP16 made from 4-bit weights. */
  remarks: string[];
  partial: boolean;
}
