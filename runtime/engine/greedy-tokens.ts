import type { EvaluationPriority, LlamaContextSequence, SequenceEvaluateOptions, Token } from "node-llama-cpp";

import { numericError } from "./engine-errors.ts";

/** A token and, where it was asked for, its natural-log probability. */
export interface SampledToken {
  token: Token;
  logprob?: number;
}

/**
 * The likeliest token again and again, each with its probability over the whole vocabulary. The library's own
 * generator sorts the vocabulary for that, which costs a quarter of the time on a small model; the sum of weights
 * alone costs a millisecond.
 */
export async function* greedyTokens(
  sequence: LlamaContextSequence,
  first: readonly Token[],
  sampling: SequenceEvaluateOptions,
  evaluationPriority: EvaluationPriority,
): AsyncGenerator<SampledToken, void, void> {
  const query = { generateNext: { token: true, totalLogitWeight: true, options: { ...sampling, temperature: 0 }, logits: { filter: { tokens: [] } } } };
  for (let input = first; ;) {
    const head: Token[] = input.slice(0, -1);
    const last = input.at(-1) as Token;
    const output = await sequence.controlledEvaluate([...head, [last, query]], { evaluationPriority });
    const { token, totalLogitWeight: weight } = output[head.length]?.next ?? {};
    // The weights are relative to the likeliest token's, whose own is 1.
    if (token === null || token === undefined || weight === undefined || !(weight >= 1)) throw numericError("the sampler gave no token");
    yield { token, logprob: -Math.log(weight) };
    input = [token];
  }
}
