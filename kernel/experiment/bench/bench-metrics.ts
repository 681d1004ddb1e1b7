import type { Timings } from "../../../runtime/timing.ts";
import { METRICS } from "../metrics.ts";
import { type BenchRequest, ttftFromSchedule } from "./bench-request.ts";

/** A number that every request of a benchmark has, or has not: null. */
export interface RequestMetric {
  name: string;
  label: string;
  unit: string;
  of(request: BenchRequest): number | null;
}

const fromTimings = METRICS.map(({ name, label, unit, of }): RequestMetric => ({ name, label, unit, of: ({ reply }) => (reply === null ? null : of(reply.timings as Timings)) }));

/** The metrics of one request: those of a prompt cell's runs, and those that only load and remotes have. */
export const REQUEST_METRICS: readonly RequestMetric[] = [
  ...fromTimings,
  { name: "ttft_sched_ms", label: "time to first token from the planned arrival", unit: "ms", of: ttftFromSchedule },
  { name: "icl_ms", label: "gap between chunks (median of a request)", unit: "ms", of: ({ reply }) => reply?.icl_ms?.p50 ?? null },
  { name: "tokens_per_chunk", label: "tokens in a chunk (mean of a request)", unit: "tokens", of: ({ reply }) => reply?.tokens_per_chunk ?? null },
];

/** Figures of a whole measurement. */
export const SYSTEM_METRICS = [
  { name: "out_tok_s", label: "throughput", unit: "tok/s" },
  { name: "req_min", label: "requests", unit: "per min" },
  { name: "goodput_min", label: "goodput", unit: "requests per min" },
  { name: "error_rate", label: "failed requests", unit: "share" },
  { name: "mem_before_mb", label: "memory before", unit: "MB" },
  { name: "mem_peak_mb", label: "memory peak", unit: "MB" },
  { name: "mem_after_mb", label: "memory after", unit: "MB" },
  { name: "roofline_share", label: "of the memory's bandwidth", unit: "share" },
] as const;

export type SystemMetric = (typeof SYSTEM_METRICS)[number]["name"];
