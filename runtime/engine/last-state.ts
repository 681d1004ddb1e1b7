import type { Token } from "node-llama-cpp";

import { RetortError } from "../errors.ts";
import { noMemory } from "./engine-errors.ts";
import type { ModelSession } from "./model-session.ts";

/** Room for the begin and end tokens that the library adds, and the one place that it leaves free. */
const FRAME = 3;

/** What a generating model holds of a text in the state of its last token. Uses a context of its own, which is gone afterwards. */
export async function lastStateOf({ model, request }: ModelSession, tokens: Token[], signal: AbortSignal): Promise<readonly number[]> {
  const contextSize = tokens.length + FRAME;
  const context = await model
    .createEmbeddingContext({ contextSize, batchSize: contextSize, threads: request.threads, createSignal: signal })
    .catch((error: unknown) => {
      throw error instanceof RetortError ? error : noMemory(error instanceof Error ? error.message : String(error));
    });
  try {
    return (await context.getEmbeddingFor(tokens)).vector;
  } finally {
    await context.dispose();
  }
}
