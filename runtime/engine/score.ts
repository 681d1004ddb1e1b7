import type { Token } from "node-llama-cpp";

import { cancelled } from "../errors.ts";
import type { PositionScore, ScoreResult } from "./engine.ts";
import { positionQuery, readPosition } from "./logprobs.ts";
import type { ModelSession } from "./model-session.ts";
import type { Job } from "./protocol.ts";
import { withScratchSequence } from "./scratch-sequence.ts";

/** Positions evaluated at once. The same for every model, so that scores of two precisions can be compared. */
const SCORE_CHUNK = 32;

/** Teacher-forced log-probabilities of every token but the first. Throws `cancelled`, `numeric_error`. */
export async function scoreTokens(session: ModelSession, tokens: Uint32Array, job: Job): Promise<ScoreResult> {
  const text = Array.from(tokens) as Token[];
  if (text.length < 2) return { positions: [] };
  return await withScratchSequence(session, text.length, SCORE_CHUNK, job.signal, async (sequence) => {
    const positions: PositionScore[] = [];
    for (let start = 0; start < text.length - 1; start += SCORE_CHUNK) {
      if (job.signal.aborted) throw cancelled();
      const inputs = text.slice(start, Math.min(start + SCORE_CHUNK, text.length - 1));
      const targets = text.slice(start + 1, start + 1 + inputs.length);
      const outputs = await sequence.controlledEvaluate(inputs.map((token, i) => [token, positionQuery(targets[i] as Token, 0)]));
      for (const [i, target] of targets.entries()) {
        const { token, logprob, top1 } = readPosition(outputs[i], target, 0);
        positions.push({ token, logprob, top1 });
      }
      session.samplers.left();
      job.progress();
    }
    return { positions };
  });
}
