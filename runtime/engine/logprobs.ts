import type { ControlledEvaluateIndexOutput, EvaluationPriority, LlamaContextSequence, Token } from "node-llama-cpp";

import { numericError } from "./engine-errors.ts";
import type { PositionScore, TokenLogprob } from "./engine.ts";
import type { StateChanges } from "./state-changes.ts";

/** Asks for what {@link readPosition} needs: raw logits of `wanted`, of the `top` best, and of the best one. */
export function positionQuery(wanted: Token, top: number): NonNullable<Parameters<LlamaContextSequence["controlledEvaluate"]>[0][number] & object>[1] {
  return {
    generateNext: {
      token: true,
      totalLogitWeight: true,
      // Temperature 0 selects the most likely token and leaves the logits as the model gave them.
      options: { temperature: 0 },
      logits: { filter: { tokens: [wanted], includeSelected: true, includeTop: top } },
    },
  };
}

/** Natural-log probabilities over the whole vocabulary, before any sampling rule. */
export interface PositionLogprobs extends PositionScore {
  top: Array<{ token: number; logprob: number }>;
}

/** Reads the answer to {@link positionQuery}. Throws `numeric_error` when the model gave no number. */
export function readPosition(output: ControlledEvaluateIndexOutput | undefined, wanted: Token, top: number): PositionLogprobs {
  const { token: best, logits, totalLogitWeight: weight } = output?.next ?? {};
  const highest = best === undefined || best === null ? undefined : logits?.get(best);
  const own = logits?.get(wanted);
  if (best === undefined || best === null || logits === undefined || highest === undefined || own === undefined || weight === undefined) {
    throw numericError(`no token could be chosen before token ${wanted}`);
  }
  const logSum = highest + Math.log(weight);
  if (!Number.isFinite(logSum)) throw numericError(`the logits before token ${wanted} sum to ${weight}`);
  const ranked = [...logits].sort(([, a], [, b]) => b - a).slice(0, top);
  return { token: wanted, logprob: own - logSum, top1: best, top: ranked.map(([token, logit]) => ({ token, logprob: logit - logSum })) };
}

/**
 * Log-probabilities of the token that was just sampled. The library gives logits only where it does not sample with
 * our rules, so the last evaluated token is taken back and evaluated once more: exact under any sampling rule and
 * grammar, for twice the time per token.
 */
export async function lastTokenLogprobs(
  sequence: LlamaContextSequence,
  chosen: Token,
  top: number,
  priority: EvaluationPriority,
  changes: StateChanges,
): Promise<PositionLogprobs> {
  const end = sequence.nextTokenIndex;
  const previous = sequence.contextTokens[end - 1];
  if (previous === undefined) throw numericError("nothing was evaluated");
  await changes.make(() => sequence.eraseContextTokenRanges([{ start: end - 1, end }]));
  const [output] = await sequence.controlledEvaluate([[previous, positionQuery(chosen, top)]], { evaluationPriority: priority });
  return readPosition(output, chosen, top);
}

/** The public shape of the alternatives. */
export function withText(top: PositionLogprobs["top"], text: (token: number) => string): TokenLogprob[] {
  return top.map(({ token, logprob }) => ({ token, text: text(token), logprob }));
}
