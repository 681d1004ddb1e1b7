/**
 * Clocks and the definition of every metric. Pure. One monotonic clock serves all processes of a machine:
 * `process.hrtime` reads CLOCK_MONOTONIC (or the platform's equal), whose zero is the same in parent and child.
 */

/** Monotonic milliseconds, with sub-microsecond resolution. Comparable between processes of one machine. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Five-number view of a list of gaps, in ms. */
export interface GapSummary {
  n: number;
  mean: number;
  p50: number;
  p95: number | null;
  max: number;
}

/** What one request left behind, all times from {@link nowMs}. */
export interface RequestStamps {
  /** Request accepted by the front. */
  t0: number;
  /** Slot granted. Null when the request never got one, or for a remote back end. */
  tq: number | null;
  /** One stamp for each generated token, the end token excluded. */
  tokens: readonly number[];
  /** Index into `tokens` of the first answer token; null when all of them are reasoning, or there is none. */
  firstAnswer: number | null;
  /** Final event written. */
  tEnd: number;
  /** Prompt tokens, and how many of them came from the cache. */
  promptTokens: number;
  cachedTokens: number;
  /** Generated tokens that belong to the thinking block, its markers included. */
  reasoningTokens: number;
}

/** Counts that servers may leave out of their usage: all of them, those from the cache, those of the thinking. */
export type Untold = "tokens" | "cached" | "reasoning";

/** The metrics of one request. Null means "not defined here", never 0. Times in ms, rates in tokens per second. */
export interface Timings {
  queue_ms: number | null;
  ttft_ms: number | null;
  ttfa_ms: number | null;
  prefill_tok_s: number | null;
  itl_ms: GapSummary | null;
  tpot_ms: number | null;
  decode_tok_s: number | null;
  e2e_ms: number;
  user_tok_s: number | null;
  think_share: number | null;
  cache_share: number | null;
  prompt_tokens: number;
  cached_tokens: number;
  predicted_tokens: number;
  reasoning_tokens: number;
  answer_tokens: number;
  /** Only of other servers: the counts that they do not tell. These stand as 0 and mean nothing. */
  untold?: readonly Untold[];
}

/** Whether the server told how many tokens there were. */
export function countsTokens({ untold = [] }: Timings): boolean {
  return !untold.includes("tokens");
}

/** The metrics of one finished request. */
export function computeTimings(stamps: RequestStamps): Timings {
  const { t0, tq, tokens, tEnd, promptTokens, cachedTokens, reasoningTokens } = stamps;
  const n = tokens.length;
  const first = tokens[0];
  const last = tokens[n - 1];
  const answer = stamps.firstAnswer === null ? undefined : tokens[stamps.firstAnswer];
  const fresh = promptTokens - cachedTokens;
  const decodeMs = first === undefined || last === undefined || n < 2 ? null : last - first;
  const e2e = tEnd - t0;
  return {
    queue_ms: tq === null ? null : tq - t0,
    ttft_ms: first === undefined ? null : first - t0,
    ttfa_ms: answer === undefined ? null : answer - t0,
    prefill_tok_s: tq === null || first === undefined || fresh <= 0 ? null : perSecond(fresh, first - tq),
    itl_ms: summariseGaps(tokens),
    tpot_ms: decodeMs === null ? null : decodeMs / (n - 1),
    decode_tok_s: decodeMs === null ? null : perSecond(n - 1, decodeMs),
    e2e_ms: e2e,
    user_tok_s: n === 0 ? null : perSecond(n, e2e),
    think_share: n === 0 ? null : reasoningTokens / n,
    cache_share: promptTokens === 0 ? null : cachedTokens / promptTokens,
    prompt_tokens: promptTokens,
    cached_tokens: cachedTokens,
    predicted_tokens: n,
    reasoning_tokens: reasoningTokens,
    answer_tokens: n - reasoningTokens,
  };
}

/** Sample quantile, type 7 (linear between order statistics). `sorted` ascending and not empty, 0 <= q <= 1. */
export function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const low = Math.floor(position);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN;
  return below + (above - below) * (position - low);
}

/** A 95th percentile says little below this many values, so it is left out. */
const MIN_FOR_P95 = 20;

function summariseGaps(stamps: readonly number[]): GapSummary | null {
  const gaps = stamps.slice(1).map((t, i) => t - (stamps[i] ?? t)).sort((a, b) => a - b);
  const max = gaps[gaps.length - 1];
  if (max === undefined) return null;
  return {
    n: gaps.length,
    mean: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
    p50: quantile(gaps, 0.5),
    p95: gaps.length >= MIN_FOR_P95 ? quantile(gaps, 0.95) : null,
    max,
  };
}

function perSecond(count: number, ms: number): number | null {
  return ms > 0 ? (count * 1000) / ms : null;
}
