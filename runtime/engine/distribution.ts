import { numericError } from "./engine-errors.ts";

/** Natural-log probabilities of a whole vocabulary, indexed by token. */
export interface Distribution {
  logprobs: Float64Array;
  best: number;
}

/** Softmax in the log domain. `logits` maps each token to its raw logit. Throws `numeric_error`. */
export function toDistribution(logits: ReadonlyMap<number, number>): Distribution {
  const logprobs = new Float64Array(logits.size);
  let best = 0;
  let highest = -Infinity;
  for (const [token, logit] of logits) {
    logprobs[token] = logit;
    if (logit > highest) [best, highest] = [token, logit];
  }
  let sum = 0;
  for (const logit of logprobs) sum += Math.exp(logit - highest);
  const logSum = highest + Math.log(sum);
  if (!Number.isFinite(logSum)) throw numericError("a logit of this position is not finite");
  for (let i = 0; i < logprobs.length; i++) logprobs[i] = (logprobs[i] ?? 0) - logSum;
  return { logprobs, best };
}

/** KL(a || b) in nats over the full vocabulary; both have the same size. Rounding never makes it negative. */
export function klDivergence(a: Distribution, b: Distribution): number {
  let sum = 0;
  for (let i = 0; i < a.logprobs.length; i++) {
    const logA = a.logprobs[i] ?? 0;
    const probability = Math.exp(logA);
    if (probability > 0) sum += probability * (logA - (b.logprobs[i] ?? 0));
  }
  return Math.max(0, sum);
}
