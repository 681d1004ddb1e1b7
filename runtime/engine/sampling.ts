import { type LlamaModel, type SequenceEvaluateOptions, type Token, TokenBias } from "node-llama-cpp";

import type { Sampling } from "./engine.ts";

/** Tokens, prompt included, that the penalties look back on: llama.cpp's own default. */
const PENALTY_WINDOW = 64;

/** At or below this a bias forbids a token. */
const FORBIDDEN = -100;

/** The library reads the seed as an unsigned 32-bit number. */
const SEED_RANGE = 2 ** 32;

/**
 * Our sampling values in the library's terms. `history` gives the tokens so far, prompt and output. The library
 * takes no bias on end tokens; such entries have no effect.
 */
export function samplingOptions(model: LlamaModel, sampling: Sampling, history: () => readonly number[]): SequenceEvaluateOptions {
  return {
    temperature: sampling.temperature,
    topK: sampling.topK,
    topP: sampling.topP,
    minP: sampling.minP,
    seed: sampling.seed % SEED_RANGE,
    ...penalties(sampling, history),
    ...(sampling.logitBias.length === 0 ? {} : { tokenBias: tokenBias(model, sampling.logitBias) }),
  };
}

function penalties(sampling: Sampling, history: () => readonly number[]): Pick<SequenceEvaluateOptions, "repeatPenalty"> {
  const { repeatPenalty, frequencyPenalty, presencePenalty } = sampling;
  if (repeatPenalty === 1 && frequencyPenalty === 0 && presencePenalty === 0) return {};
  return {
    repeatPenalty: {
      punishTokens: () => history().slice(-PENALTY_WINDOW) as Token[],
      maxPunishTokens: PENALTY_WINDOW,
      penalty: repeatPenalty,
      frequencyPenalty,
      presencePenalty,
    },
  };
}

function tokenBias(model: LlamaModel, entries: Sampling["logitBias"]): TokenBias {
  const biases = TokenBias.for(model);
  for (const [token, bias] of entries) biases.set(token as Token, bias <= FORBIDDEN ? "never" : { logit: bias });
  return biases;
}
