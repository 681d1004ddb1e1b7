import { countsTokens } from "../../../runtime/timing.ts";
import type { MemorySpan } from "../memory-peak.ts";
import { type CacheState } from "../result.ts";
import { type Summary, summarise } from "../statistics/statistics.ts";
import { REQUEST_METRICS, type SystemMetric } from "./bench-metrics.ts";
import { type BenchRequest, cacheOf, type ErrorClass, errorClass, scheduleDelay, ttftFromSchedule } from "./bench-request.ts";
import type { BenchCorner } from "./bench-spec.ts";
import { type ModelReads, rooflineShare } from "./roofline.ts";

/** What was measured at one corner of a benchmark's matrix. */
export interface BenchWindow {
  spec: BenchCorner;
  requests: BenchRequest[];
  /** First sending (planned sending under open load), monotonic ms. */
  start: number;
  /** Length of the window in ms: first sending to last end. Null without a request. */
  windowMs: number | null;
  counts: { planned: number | null; ok: number; failed: number; cancelled: number; good: number | null };
  errors: Partial<Record<ErrorClass, number>>;
  cache: CacheState | null;
  /** Over the requests that ended well, by metric name. */
  stats: Record<string, Summary>;
  system: Record<SystemMetric, number | null>;
}

export interface WindowFacts {
  slo: Readonly<Record<string, number>> | null;
  /** Of the process that computes, in bytes, over the measurement. */
  memory: MemorySpan<number>;
  reads: ModelReads | null;
  /** Bytes per second. */
  bandwidth: number | null;
  /** Sequences that the back end computes at a time; null where it does not tell. */
  slots: number | null;
}

const MB = 1e6;

/** Puts the requests of one measurement together. Nothing in it is NaN: what is not defined is null. */
export function benchWindow(spec: BenchCorner, requests: BenchRequest[], facts: WindowFacts): BenchWindow {
  const ok = requests.filter(({ status }) => status === "ok");
  const start = requests.reduce((first, request) => Math.min(first, request.scheduledAt ?? request.sentAt), Infinity);
  const end = requests.reduce((last, { endedAt }) => Math.max(last, endedAt), -Infinity);
  const windowMs = requests.length > 0 && end > start ? end - start : null;
  const stats = Object.fromEntries(REQUEST_METRICS.map((metric) => [metric.name, summarise(ok.map((request) => metric.of(request)))]));
  const good = facts.slo === null ? null : ok.filter((request) => keeps(request, facts.slo ?? {})).length;
  const count = (status: BenchRequest["status"]) => requests.filter((request) => request.status === status).length;
  const perMinute = (n: number) => (windowMs === null ? null : (60_000 * n) / windowMs);
  const tokens = ok.reduce((sum, { reply }) => sum + (reply?.timings.predicted_tokens ?? 0), 0);
  const counted = ok.every(({ reply }) => reply === null || countsTokens(reply.timings));
  return {
    spec,
    requests,
    start: Number.isFinite(start) ? start : 0,
    windowMs,
    counts: { planned: "requests" in spec.amount ? spec.amount.requests : null, ok: ok.length, failed: count("failed"), cancelled: count("cancelled"), good },
    errors: errorCounts(requests),
    cache: joinedCache(ok),
    stats,
    system: {
      out_tok_s: windowMs === null || ok.length === 0 || !counted ? null : (1000 * tokens) / windowMs,
      req_min: ok.length === 0 ? null : perMinute(ok.length),
      goodput_min: good === null ? null : perMinute(good),
      error_rate: requests.length === 0 ? null : (requests.length - ok.length) / requests.length,
      mem_before_mb: inMb(facts.memory.before),
      mem_peak_mb: inMb(facts.memory.peak),
      mem_after_mb: inMb(facts.memory.after),
      roofline_share: roofline(ok, stats, windowMs, facts),
    },
  };
}

/** A limit on a figure that is not known is not kept. Under open load times count from the planned arrival. */
function keeps(request: BenchRequest, slo: Readonly<Record<string, number>>): boolean {
  return Object.entries(slo).every(([name, limit]) => {
    const value = sloValue(request, name);
    return value !== null && value <= limit;
  });
}

function sloValue(request: BenchRequest, name: string): number | null {
  if (name === "ttft_ms" && request.scheduledAt !== null) return ttftFromSchedule(request);
  const value = REQUEST_METRICS.find((metric) => metric.name === name)?.of(request) ?? null;
  return value !== null && name === "e2e_ms" ? value + scheduleDelay(request) : value;
}

/** Mean number of requests that were generating at a time: their decode times together over the window. */
function meanBatch(ok: readonly BenchRequest[], windowMs: number | null): number {
  const decodeMs = ok.reduce((sum, { reply }) => sum + Math.max(0, (reply?.timings.e2e_ms ?? 0) - (reply?.timings.ttft_ms ?? 0)), 0);
  return windowMs === null || decodeMs === 0 ? 1 : Math.max(1, decodeMs / windowMs);
}

function roofline(ok: readonly BenchRequest[], stats: Record<string, Summary>, windowMs: number | null, { reads, bandwidth, slots }: WindowFacts): number | null {
  const context = (stats["prompt_tokens"]?.mean ?? 0) + ((stats["thinking_tokens"]?.mean ?? 0) + (stats["answer_tokens"]?.mean ?? 0)) / 2;
  const batch = Math.min(meanBatch(ok, windowMs), slots ?? Infinity);
  return rooflineShare(reads, bandwidth, { stepsPerSecond: stats["decode_tok_s"]?.mean ?? null, batch, contextTokens: context });
}

function errorCounts(requests: readonly BenchRequest[]): BenchWindow["errors"] {
  const counts: BenchWindow["errors"] = {};
  for (const request of requests) {
    const kind = errorClass(request);
    if (kind !== null) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function joinedCache(requests: readonly BenchRequest[]): CacheState | null {
  const states = [...new Set(requests.flatMap((request) => cacheOf(request) ?? []))];
  return states.length > 1 ? "mixed" : states[0] ?? null;
}

function inMb(bytes: number | null): number | null {
  return bytes === null ? null : bytes / MB;
}
