import type { Precision } from "../../../runtime/models/model.ts";
import type { LoadOrder } from "./load-order.ts";

/** A server with one precision of the model, as a load sees it. */
export type Target = Pick<LoadOrder, "url" | "key"> & { body: { model: string; precision?: Precision } };

export type Side = "ours" | "peer";

/** What both servers serve alike. */
export interface ServingScale {
  /** Simultaneous requests that are measured. */
  streams: readonly number[];
  /** Requests of each stream in a round. */
  perStream: number;
  promptTokens: number;
  maxTokens: number;
  rounds: number;
}

export const CPU_THREADS = 2;
/** Tokens of each slot: room for the longest prompt of the bench. */
export const CONTEXT = 1280;
export const PRECISIONS = ["int8", "fp16"] as const;
export type MeasuredPrecision = (typeof PRECISIONS)[number];

/** The most streams are the slots of both servers, at any load. */
export function servingScale({ gpu, quick }: { gpu: boolean; quick: boolean }): ServingScale {
  const streams = gpu ? [1, 4, 12, 32] : [1, 4, 12];
  return quick ? { streams, perStream: 1, promptTokens: 48, maxTokens: 24, rounds: 1 } : { streams, perStream: 2, promptTokens: 64, maxTokens: 48, rounds: 5 };
}

/** Settings of a runtime under test. */
export function runtimeSettings(gpu: boolean, slots: number, contextSize: number, queue = 64): Record<string, string> {
  return {
    RETORT_CONTEXT: String(contextSize), RETORT_SLOTS: String(slots), RETORT_QUEUE: String(queue),
    ...(gpu ? {} : { RETORT_GPU: "cpu", RETORT_THREADS: String(CPU_THREADS) }),
  };
}

/** Greedy and of a fixed length. */
export function fixedReply(target: Target, maxTokens: number): LoadOrder["body"] {
  return { ...target.body, max_tokens: maxTokens, temperature: 0, ignore_eos: true };
}
