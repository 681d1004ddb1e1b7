import type { ClientStamps } from "./replies.ts";

/** The sum of tokens by this chunk, of servers that count as they stream (vLLM with `continuous_usage_stats`); else null. */
export function completionCount(usage: unknown): number | null {
  const count = (usage as { completion_tokens?: unknown } | null | undefined)?.completion_tokens;
  return typeof count === "number" && Number.isInteger(count) && count >= 0 ? count : null;
}

/** Tokens in each chunk, from the sums by each; nothing where one is missing or they do not grow. */
export function chunkTokens(sums: ReadonlyArray<number | null>, chunks: number): Pick<ClientStamps, "tokens"> {
  if (sums.length === 0 || sums.length !== chunks) return {};
  const tokens = sums.map((sum, i) => (sum ?? Number.NaN) - (i === 0 ? 0 : sums[i - 1] ?? Number.NaN));
  return tokens.every((count) => count >= 0) ? { tokens } : {};
}
