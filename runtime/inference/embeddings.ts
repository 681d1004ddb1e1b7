import type { EmbeddingsRequest, EmbeddingsResponse } from "../api/types.ts";
import type { Engine } from "../engine/engine.ts";
import { cannot } from "./model-errors.ts";
import { rawPrompt } from "./completion.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadedModels } from "./loaded-models.ts";
import { checkLength } from "./generation.ts";

export interface EmbeddingServices {
  engine: Engine;
  models: LoadedModels;
}

/** One vector for each input text. Throws `model_lacks_capability` for a model that generates text, unless `last_state` asks for one. */
export async function embeddings(services: EmbeddingServices, request: EmbeddingsRequest, signal: AbortSignal): Promise<EmbeddingsResponse> {
  const { engine, models } = services;
  const entry = models.find(request.model);
  const lastState = request.last_state === true;
  if (!entry.capabilities.includes("embeddings") && !lastState) throw cannot(entry, "embeddings", models.entries());
  return models.use(entry, request.precision, signal, (model) => embedAll(engine, model, request, signal));
}

async function embedAll(engine: Engine, model: ReadyModel, request: EmbeddingsRequest, signal: AbortSignal): Promise<EmbeddingsResponse> {
  const data: EmbeddingsResponse["data"] = [];
  let promptTokens = 0;
  for (const [index, text] of [request.input].flat().entries()) {
    const tokens = await engine.tokenize(model.engine.handle, rawPrompt(model, text));
    checkLength(model, tokens);
    promptTokens += tokens.length;
    const vector = await engine.embed(model.engine.handle, tokens, signal, request.last_state === true);
    data.push({ object: "embedding", index, embedding: request.encoding_format === "base64" ? base64(vector) : [...vector] });
  }
  return { object: "list", model: request.model, data, usage: { prompt_tokens: promptTokens, total_tokens: promptTokens } };
}

/** Little-endian 32-bit floats, as OpenAI's clients read them. */
function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}
