import type { LlamaContextSequence } from "node-llama-cpp";

import { cancelled, RetortError } from "../errors.ts";
import { contextOverflow, noMemory, notGeneratingModel } from "./engine-errors.ts";
import { loraOptions } from "./lora-options.ts";
import type { ModelSession } from "./model-session.ts";

/**
 * Lends a sequence of a context of its own, so that measuring does not disturb what the slots hold.
 * The context is gone when `work` ends. Throws `context_overflow`, `no_memory`, `not_generating_model`.
 */
export async function withScratchSequence<T>(
  session: ModelSession,
  tokens: number,
  batchSize: number,
  signal: AbortSignal,
  work: (sequence: LlamaContextSequence) => Promise<T>,
): Promise<T> {
  const { request, loaded, model } = session;
  if (session.embedding !== null) throw notGeneratingModel(request.handle);
  if (tokens >= loaded.contextSize) throw contextOverflow(tokens, loaded.contextSize);
  if (signal.aborted) throw cancelled();
  const context = await model
    .createContext({ contextSize: tokens + 1, sequences: 1, batchSize, threads: request.threads, failedCreationRemedy: false, ...loraOptions(request) })
    .catch((error: unknown) => {
      throw error instanceof RetortError ? error : noMemory(error instanceof Error ? error.message : String(error));
    });
  try {
    return await work(context.getSequence());
  } finally {
    await context.dispose();
  }
}
