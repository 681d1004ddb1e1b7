import type { LlamaContextSequence, Token } from "node-llama-cpp";

import { cancelled, RetortError } from "../errors.ts";
import { type Distribution, klDivergence, toDistribution } from "./distribution.ts";
import { numericError } from "./engine-errors.ts";
import type { DivergenceResult } from "./engine.ts";
import type { ModelSession } from "./model-session.ts";
import type { Job } from "./protocol.ts";
import { withScratchSequence } from "./scratch-sequence.ts";

/**
 * Distance of two models over the same tokens, exact over the whole vocabulary. Both step token by token, so their
 * chunking is the same, and each position is reduced at once: memory does not grow with the text.
 * Throws `vocabulary_mismatch`, `cancelled`, `numeric_error`, `context_overflow`.
 */
export async function measureDivergence(a: ModelSession, b: ModelSession, tokens: Uint32Array, job: Job): Promise<DivergenceResult> {
  checkVocabularies(a, b);
  const text = Array.from(tokens) as Token[];
  return await withScratchSequence(a, text.length, 1, job.signal, (sequenceA) =>
    withScratchSequence(b, text.length, 1, job.signal, (sequenceB) => compare(sequenceA, sequenceB, text, job)),
  );
}

async function compare(sequenceA: LlamaContextSequence, sequenceB: LlamaContextSequence, text: Token[], job: Job): Promise<DivergenceResult> {
  const kl: number[] = [];
  let agreed = 0;
  let logprobA = 0;
  let logprobB = 0;
  for (const [i, token] of text.slice(0, -1).entries()) {
    if (job.signal.aborted) throw cancelled();
    const atA = await step(sequenceA, token);
    const atB = await step(sequenceB, token);
    const target = text[i + 1] ?? 0;
    kl.push(klDivergence(atA, atB));
    if (atA.best === atB.best) agreed++;
    logprobA += atA.logprobs[target] ?? 0;
    logprobB += atB.logprobs[target] ?? 0;
    job.progress();
  }
  const positions = kl.length;
  const mean = (sum: number): number => (positions === 0 ? 0 : sum / positions);
  return {
    positions,
    klMean: mean(kl.reduce((sum, one) => sum + one, 0)),
    klMax: kl.reduce((most, one) => Math.max(most, one), 0),
    kl,
    top1Agreement: positions === 0 ? 1 : agreed / positions,
    perplexityA: Math.exp(-mean(logprobA)),
    perplexityB: Math.exp(-mean(logprobB)),
  };
}

/** Temperature 0 leaves the logits as the model gave them. */
async function step(sequence: LlamaContextSequence, token: Token): Promise<Distribution> {
  const [output] = await sequence.controlledEvaluate([[token, { generateNext: { logits: true, options: { temperature: 0 } } }]]);
  const logits = output?.next.logits;
  if (logits === undefined) throw numericError(`no logits after token ${token}`);
  return toDistribution(logits);
}

function checkVocabularies(a: ModelSession, b: ModelSession): void {
  const [tokensA, tokensB] = [a, b].map((session) => session.model.fileInfo.metadata.tokenizer?.ggml?.tokens ?? []);
  const same = tokensA?.length === tokensB?.length && tokensA?.every((text, i) => text === tokensB?.[i]) === true;
  if (a.loaded.vocabSize === b.loaded.vocabSize && same) return;
  throw new RetortError({
    code: "vocabulary_mismatch",
    message: `'${a.request.handle}' and '${b.request.handle}' have different vocabularies (${a.loaded.vocabSize} and ${b.loaded.vocabSize} tokens).`,
    hint: "Compare two files of the same model.",
    status: 409,
  });
}
