import type { BenchOptions } from "../bench.ts";

/** How much is measured. */
export interface Scale {
  promptTokens: readonly number[];
  maxTokens: number;
  /** Requests at a time. */
  streams: readonly number[];
  /** Requests of each stream. */
  runs: number;
  /** Tokens that one slot holds. */
  contextSize: number;
  /** Live changes of precision. */
  toggles: number;
  soakMinutes: number;
  /** Length of one look within the soak. */
  soakWindowS: number;
}

const FULL: Scale = { promptTokens: [128, 512], maxTokens: 128, streams: [1, 4, 12, 32], runs: 8, contextSize: 1024, toggles: 10, soakMinutes: 15, soakWindowS: 60 };

/** The same way through the code in a few minutes, for a look rather than a figure. */
const QUICK: Scale = { promptTokens: [128, 512], maxTokens: 16, streams: [1, 4], runs: 2, contextSize: 768, toggles: 3, soakMinutes: 0.5, soakWindowS: 10 };

export function scaleOf({ quick }: Pick<BenchOptions, "quick">): Scale {
  return quick ? QUICK : FULL;
}
