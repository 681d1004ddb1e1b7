import { stat } from "node:fs/promises";

import type { LlamaContextSequence } from "node-llama-cpp";

import { RetortError } from "../errors.ts";

/**
 * Writes what a slot holds into the file at `path`, which is there and empty. Resolves to its length, or null where the
 * slot does not hold just `tokens` (any more), or where the state is no prefix of anything. Throws `state_not_saved`.
 */
export async function saveSlotState(sequence: LlamaContextSequence, tokens: Uint32Array, path: string): Promise<number | null> {
  const held = sequence.contextTokens;
  if (sequence.needsCheckpoints || held.length !== tokens.length || !held.every((token, i) => token === tokens[i])) return null;
  const { fileSize } = await sequence.saveStateToFile(path).catch((error: unknown) => { throw notSaved(String(error)); });
  // The last bytes go to a full disk without a word.
  const { size } = await stat(path);
  if (size !== fileSize) throw notSaved(`${size} of ${fileSize} bytes were written`);
  return size;
}

/**
 * Fills a slot from a file that {@link saveSlotState} wrote for the same model file and the same settings: native code
 * trusts it. Resolves to the tokens that the slot holds now. Throws `state_not_restored`; then it holds nothing.
 */
export async function restoreSlotState(sequence: LlamaContextSequence, path: string): Promise<Uint32Array> {
  try {
    await sequence.loadStateFromFile(path, { acceptRisk: true });
    return Uint32Array.from(sequence.contextTokens);
  } catch (error) {
    await sequence.clearHistory();
    throw new RetortError({ code: "state_not_restored", message: `A saved prefix could not be read: ${String(error)}`, hint: "It is removed; the prompt is evaluated again." });
  }
}

function notSaved(why: string): RetortError {
  return new RetortError({ code: "state_not_saved", message: `A prefix could not be saved: ${why}.`, hint: "Free disk space, or leave out --save-prefixes." });
}
