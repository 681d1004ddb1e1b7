import type { LlamaContextSequence, Token } from "node-llama-cpp";

import { commonPrefix } from "../scheduler/common-prefix.ts";

/** Tokens that another slot must hold beyond this one: a copy takes about as long as evaluating a handful. */
const WORTH_COPYING = 32;

/** The library's own decisions use it, but its types do not promise it: so it is looked for before each use. */
interface CopyingSequence {
  _copyStateFromOtherSequence?(other: LlamaContextSequence, upToTokenIndex: number): Promise<boolean>;
}

/**
 * Copies the longest start of `prompt` that another sequence of the same context holds, where `sequence` itself holds
 * much less of it. Half a millisecond instead of one for each token. Without the library's copy, nothing happens.
 */
export async function takeSharedPrefix(sequence: LlamaContextSequence, others: Iterable<LlamaContextSequence>, prompt: readonly Token[]): Promise<void> {
  const copying = sequence as LlamaContextSequence & CopyingSequence;
  // A state that cannot be cut (recurrent models, sliding windows) is no prefix of anything.
  if (copying._copyStateFromOtherSequence === undefined || sequence.needsCheckpoints) return;
  let best: LlamaContextSequence | null = null;
  let most = commonPrefix(sequence.contextTokens, prompt) + WORTH_COPYING;
  for (const other of others) {
    const shared = other === sequence ? 0 : commonPrefix(other.contextTokens, prompt);
    if (shared > most) [best, most] = [other, shared];
  }
  // The other one may be in use and go on meanwhile: what does not fit together counts as nothing.
  if (best !== null && !(await copying._copyStateFromOtherSequence(best, most))) await sequence.clearHistory();
}
