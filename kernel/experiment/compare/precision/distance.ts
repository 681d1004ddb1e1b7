import type { ScoreResponse } from "../../../../runtime/api/types.ts";
import { type Interval, meanInterval } from "../../statistics/interval.ts";
import { pairedDifference } from "../../statistics/paired.ts";
import { wilsonInterval } from "../../statistics/proportions.ts";

/** How far the probabilities of B are from those of A on the same text. */
export interface Distance {
  positions: number;
  /** Kullback-Leibler divergence of A from B over the whole vocabulary, nats per token. */
  kl: { mean: number; max: number; interval: Interval | null };
  /** Share of positions at which both find the same token most likely. */
  top1: { share: number; interval: Interval | null };
  perplexity: { a: number; b: number; ratio: number; interval: Interval | null };
}

type Divergence = NonNullable<ScoreResponse["divergence"]>;

/** `a` and `b` score the same tokens; `a` holds the divergence. Null where a number is missing or not finite. */
export function distanceOf(a: ScoreResponse, b: ScoreResponse): Distance | null {
  const { divergence } = a;
  if (divergence === undefined || divergence.positions === 0 || !isWhole(divergence)) return null;
  const pairs = a.positions.flatMap(({ logprob }, i): Array<[number, number]> => {
    const other = b.positions[i]?.logprob;
    return other === undefined ? [] : [[-logprob, -other]];
  });
  // A ratio of perplexities is the exponential of the mean difference of log-probabilities.
  const difference = pairedDifference(pairs);
  const interval = difference?.interval ?? null;
  return {
    positions: divergence.positions,
    kl: { mean: divergence.klMean, max: divergence.klMax, interval: meanInterval(divergence.kl) },
    top1: { share: divergence.top1Agreement, interval: wilsonInterval(Math.round(divergence.top1Agreement * divergence.positions), divergence.positions) },
    perplexity: {
      a: divergence.perplexityA,
      b: divergence.perplexityB,
      ratio: divergence.perplexityB / divergence.perplexityA,
      interval: interval === null ? null : { ...interval, low: Math.exp(interval.low), high: Math.exp(interval.high) },
    },
  };
}

function isWhole({ klMean, klMax, top1Agreement, perplexityA, perplexityB }: Divergence): boolean {
  return [klMean, klMax, top1Agreement, perplexityA, perplexityB].every(Number.isFinite) && perplexityA > 0;
}
