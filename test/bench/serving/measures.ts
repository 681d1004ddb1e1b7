/** What a load says about a server. Pure. */
import { p95 } from "../bench.ts";
import type { Shot } from "./load-order.ts";

/** One load that every request of came through. */
export interface LoadFigures {
  requests: number;
  requestsPerS: number;
  tokensPerS: number;
  /** Time per token after the first one, of each request, ms. */
  tpot: number[];
  /** Time to the first text, of each request, ms. */
  ttft: number[];
}

/** Figures of the complete replies. The window is from the first request sent to the last reply ended. */
export function loadFigures(shots: readonly Shot[]): LoadFigures {
  const good = shots.filter(isComplete);
  const seconds = (Math.max(...shots.map(({ endAt }) => endAt)) - Math.min(...shots.map(({ sentAt }) => sentAt))) / 1000;
  return {
    requests: good.length,
    requestsPerS: good.length / seconds,
    tokensPerS: good.reduce((sum, { tokens }) => sum + tokens, 0) / seconds,
    tpot: good.flatMap(tpotOf),
    ttft: good.flatMap(({ firstAt, sentAt }) => (firstAt === null ? [] : [firstAt - sentAt])),
  };
}

export function isComplete({ error }: Shot): boolean {
  return error === null;
}

/** Null-safe: a reply of one token has no time per token. */
function tpotOf({ firstAt, lastAt, tokens }: Shot): number[] {
  return firstAt === null || lastAt === null || tokens < 2 ? [] : [(lastAt - firstAt) / (tokens - 1)];
}

/** 95th percentile of TPOT over what each of `streams` would have if the whole rate were shared evenly. */
export function shareOfFairTpot({ tpot, tokensPerS }: LoadFigures, streams: number): number {
  return p95(tpot) / ((streams * 1000) / tokensPerS);
}

/** What an open load on a full server came to. */
export interface OverloadFigures {
  accepted: number;
  /** 95th percentile from the planned moment to the end of the reply, ms. */
  acceptedP95: number;
  refused: number;
  /** From sending to the end of the refusal, ms. */
  refusedP95: number;
  refusedMost: number;
  /** Neither answered nor refused. */
  lost: number;
}

const REFUSALS = [429, 503];

export function overloadFigures(shots: readonly Shot[]): OverloadFigures {
  const accepted = shots.filter(isComplete);
  const refused = shots.filter(({ status }) => REFUSALS.includes(status));
  const refusals = refused.map(({ endAt, sentAt }) => endAt - sentAt);
  return {
    accepted: accepted.length,
    acceptedP95: p95(accepted.map(({ endAt, plannedAt }) => endAt - plannedAt)),
    refused: refused.length,
    refusedP95: p95(refusals),
    refusedMost: Math.max(0, ...refusals),
    lost: shots.length - accepted.length - refused.length,
  };
}

/** The first error of a load that should have none. */
export function firstError(shots: readonly Shot[]): string | null {
  return shots.find((shot) => !isComplete(shot))?.error ?? null;
}
