import type { EmbeddingsRequest, EmbeddingsResponse } from "../api/types.ts";
import type { Engine } from "../engine/engine.ts";
import { RetortError } from "../errors.ts";
import { cannot, onlyOfBase } from "./model-errors.ts";
import { rawPrompt } from "./completion.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadedModels } from "./loaded-models.ts";
import { checkLength } from "./generation.ts";

export interface EmbeddingServices {
  engine: Engine;
  models: LoadedModels;
}

/**
 * One vector for each input text. Throws `model_lacks_capability` for a model that generates text, unless `last_state`
 * asks for one. `keepAliveMs`: how long the model stays in memory afterwards; undefined leaves that as it is.
 */
export async function embeddings(services: EmbeddingServices, request: EmbeddingsRequest, signal: AbortSignal, keepAliveMs?: number | null): Promise<EmbeddingsResponse> {
  const { engine, models } = services;
  const entry = await models.described(request.model);
  if (entry.base !== undefined) throw onlyOfBase(entry, "vectors are made without adapters.");
  const lastState = request.last_state === true;
  if (!entry.capabilities.includes("embeddings") && !lastState) throw cannot(entry, "embeddings", models.entries());
  return models.use(entry, request.precision, signal, (model) => {
    if (keepAliveMs !== undefined) model.keepAliveMs = keepAliveMs;
    return embedAll(engine, model, request, signal);
  });
}

async function embedAll(engine: Engine, model: ReadyModel, request: EmbeddingsRequest, signal: AbortSignal): Promise<EmbeddingsResponse> {
  const data: EmbeddingsResponse["data"] = [];
  let promptTokens = 0;
  for (const [index, text] of [request.input].flat().entries()) {
    const tokens = await engine.tokenize(model.engine.handle, rawPrompt(model, text));
    checkLength(model, tokens);
    promptTokens += tokens.length;
    const vector = shortened(await engine.embed(model.engine.handle, tokens, signal, request.last_state === true), request.dimensions);
    data.push({ object: "embedding", index, embedding: request.encoding_format === "base64" ? base64(vector) : [...vector] });
  }
  return { object: "list", model: request.model, data, usage: { prompt_tokens: promptTokens, total_tokens: promptTokens } };
}

/** The first numbers of a vector, at length 1 again. A model that was trained for it has put what matters most there. */
function shortened(vector: Float32Array, dimensions: number = vector.length): Float32Array {
  if (dimensions > vector.length) {
    throw new RetortError({ code: "invalid_request", message: `'dimensions' is ${dimensions}; the vectors of this model have ${vector.length} numbers.`, hint: "Ask for fewer, or leave it out.", status: 400, param: "dimensions" });
  }
  if (dimensions === vector.length) return vector;
  const start = vector.slice(0, dimensions);
  const length = Math.hypot(...start) || 1;
  return start.map((value) => value / length);
}

/** Little-endian 32-bit floats, as OpenAI's clients read them. */
function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}
