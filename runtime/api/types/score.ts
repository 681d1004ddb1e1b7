import type { DivergenceResult } from "../../engine/engine.ts";
import type { Precision } from "../../models/model.ts";

export interface ScoreRequest {
  model: string;
  text: string;
  precision?: Precision;
  /** Compare with this precision of the same model: `a` is `precision`, `b` is this one. */
  against?: Precision;
  /** At most this many tokens of the text, default 512. */
  max_tokens?: number;
}

export interface ScoreResponse {
  model: string;
  tokens: number[];
  positions: Array<{ token: number; text: string; logprob: number; top1: number }>;
  perplexity: number;
  divergence?: DivergenceResult & { a: Precision; b: Precision };
}
