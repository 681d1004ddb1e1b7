import type { EvaluationPriority, LlamaContextSequence, Token } from "node-llama-cpp";

import type { Job } from "./protocol.ts";

/** Where a prompt stands after the prefill. */
export interface Prefilled {
  /** Tokens that the slot already held. */
  cached: number;
  /** The last chunk, not evaluated yet: generation begins with it. Empty when cancelled before. */
  last: Token[];
}

/**
 * Feeds all of a prompt but its last chunk, after the part of it that the sequence holds. The library does not
 * interrupt an evaluation, so the prompt goes in the pieces that `cut` makes and the signal is read between them. `pause`
 * is awaited before each.
 */
export async function prefill(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  cut: (tokens: readonly Token[]) => Token[][],
  priority: EvaluationPriority,
  job: Job,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Prefilled> {
  if (job.signal.aborted) return { cached: 0, last: [] };
  const cached = sequence.nextTokenIndex;
  const chunks = cut(prompt.slice(cached));
  const last = chunks.pop() ?? [];
  for (const tokens of chunks) {
    await pause();
    if (job.signal.aborted) return { cached, last: [] };
    await sequence.evaluateWithoutGeneratingNewTokens(tokens, { evaluationPriority: priority });
    job.progress();
  }
  await pause();
  return { cached, last: job.signal.aborted ? [] : last };
}
