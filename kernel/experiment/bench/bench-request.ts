import type { ErrorFields } from "../../../runtime/errors.ts";
import type { Corner } from "../plan.ts";
import { METRICS } from "../metrics.ts";
import type { ModelReply } from "../model.ts";
import { type CacheState, cacheState } from "../result.ts";

/** Why a request failed. */
export type ErrorClass = "refused" | "timeout" | "cancelled" | "engine" | "truncated";

/** One measured request. Times in monotonic ms, as the client saw them. */
export interface BenchRequest {
  corner: Corner;
  /** 0-based, in the order of sending within its measurement. */
  index: number;
  /** When it should have been sent, under open load; null under closed load. */
  scheduledAt: number | null;
  sentAt: number;
  endedAt: number;
  status: "ok" | "failed" | "cancelled";
  reply: ModelReply | null;
  error: ErrorFields | null;
}

const TIMEOUT = /timeout|stalled/;
const TRUNCATED = /stream_cut|stream_ended|connection_lost/;

export function errorClass({ error, status }: Pick<BenchRequest, "error" | "status">): ErrorClass | null {
  if (error === null) return null;
  if (status === "cancelled" || error.code === "cancelled") return "cancelled";
  if (TIMEOUT.test(error.code)) return "timeout";
  if (TRUNCATED.test(error.code)) return "truncated";
  const isRefusal = error.code === "connection_refused" || error.status === 503 || ((error.status ?? 500) >= 400 && (error.status ?? 500) < 500);
  return isRefusal ? "refused" : "engine";
}

/** How long the client was behind its own schedule, in ms; 0 under closed load. */
export function scheduleDelay({ scheduledAt, sentAt }: BenchRequest): number {
  return scheduledAt === null ? 0 : sentAt - scheduledAt;
}

/** Time to first token from the planned arrival, in ms; null under closed load and without a token. */
export function ttftFromSchedule(request: BenchRequest): number | null {
  const ttft = request.reply?.timings.ttft_ms ?? null;
  return request.scheduledAt === null || ttft === null ? null : ttft + scheduleDelay(request);
}

export function cacheOf({ reply }: BenchRequest): CacheState | null {
  return reply === null || reply.timings.cache_share === null ? null : cacheState(reply);
}

/** One request as a flat row, in the shape of a prompt cell's runs. `start` is the beginning of its measurement. */
export function requestRow(request: BenchRequest, start: number): Record<string, unknown> {
  const { corner, index, status, reply, error } = request;
  return {
    ...corner,
    run: index,
    status,
    scheduled_ms: request.scheduledAt === null ? null : rounded(request.scheduledAt - start),
    sent_ms: rounded(request.sentAt - start),
    ended_ms: rounded(request.endedAt - start),
    finish: reply?.finish ?? null,
    cache: cacheOf(request),
    ...Object.fromEntries(METRICS.map((metric) => [metric.name, reply === null ? null : metric.of(reply.timings)])),
    ttft_sched_ms: ttftFromSchedule(request),
    icl_ms: reply?.icl_ms?.p50 ?? null,
    tokens_per_chunk: reply?.tokens_per_chunk ?? null,
    error: error?.code ?? null,
    error_class: errorClass(request),
  };
}

/** Microseconds are enough. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
