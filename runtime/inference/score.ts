import type { ScoreRequest, ScoreResponse } from "../api/types.ts";
import type { Engine } from "../engine/engine.ts";
import { RetortError } from "../errors.ts";
import { rawPrompt } from "./completion.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadedModels } from "./loaded-models.ts";
import { cannot, tooLong } from "./model-errors.ts";

export interface ScoreServices {
  engine: Engine;
  models: LoadedModels;
}

const DEFAULT_MAX_TOKENS = 512;
const MIN_TOKENS = 2;

/**
 * How likely a model finds a text, token by token (teacher-forced, natural logarithms), and with `against` how far
 * another precision of it is from that. The begin token counts as the first token where the model wants one.
 */
export async function score(services: ScoreServices, request: ScoreRequest, signal: AbortSignal): Promise<ScoreResponse> {
  const { models } = services;
  const entry = models.find(request.model);
  if (entry.capabilities.includes("embeddings")) throw cannot(entry, "chat", models.entries());
  const precision = request.precision ?? (await models.activePrecision(entry));
  const { against } = request;
  const adapters = await models.adapters(entry);
  if (against === undefined) return models.use(entry, precision, signal, (model) => scoreOn(services, model, request, signal), adapters);
  return models.useBoth(entry, [precision, against], signal, (a, b) => compareOn(services, a, b, request, signal), adapters);
}

async function scoreOn({ engine }: ScoreServices, model: ReadyModel, request: ScoreRequest, signal: AbortSignal): Promise<ScoreResponse> {
  const { handle } = model.engine;
  const tokens = await textTokens(engine, model, request);
  const { positions } = await engine.score(handle, tokens, signal);
  const texts = await Promise.all(positions.map(({ token }) => engine.detokenize(handle, Uint32Array.of(token))));
  return {
    model: model.entry.id,
    tokens: [...tokens],
    positions: positions.map((position, i) => ({ ...position, text: texts[i] ?? "" })),
    perplexity: Math.exp(-mean(positions.map(({ logprob }) => logprob))),
  };
}

async function compareOn(services: ScoreServices, a: ReadyModel, b: ReadyModel, request: ScoreRequest, signal: AbortSignal): Promise<ScoreResponse> {
  const { engine } = services;
  const tokens = await textTokens(engine, a, request);
  await checkSameTokens(engine, a, b, request, tokens);
  const scored = await scoreOn(services, a, request, signal);
  const divergence = await engine.divergence(a.engine.handle, b.engine.handle, tokens, signal);
  return { ...scored, divergence: { ...divergence, a: a.file.precision, b: b.file.precision } };
}

async function textTokens(engine: Engine, model: ReadyModel, request: ScoreRequest): Promise<Uint32Array> {
  const all = await engine.tokenize(model.engine.handle, rawPrompt(model, request.text));
  const tokens = all.slice(0, request.max_tokens ?? DEFAULT_MAX_TOKENS);
  if (tokens.length < MIN_TOKENS) {
    throw new RetortError({ code: "text_too_short", message: `A score needs at least ${MIN_TOKENS} tokens; the text has ${tokens.length}.`, hint: "Give a longer text.", status: 400, param: "text" });
  }
  if (tokens.length > model.engine.contextSize) throw tooLong(tokens.length, model.engine.contextSize);
  return tokens;
}

/** Distances between distributions over different vocabularies mean nothing. */
async function checkSameTokens(engine: Engine, a: ReadyModel, b: ReadyModel, request: ScoreRequest, tokens: Uint32Array): Promise<void> {
  const others = await textTokens(engine, b, request);
  const same = a.engine.vocabSize === b.engine.vocabSize && tokens.length === others.length && tokens.every((token, i) => token === others[i]);
  if (same) return;
  throw new RetortError({
    code: "different_tokenizers",
    message: `${a.engine.handle} and ${b.engine.handle} split the text into different tokens, so they cannot be compared.`,
    hint: "Compare two precisions that were made from the same model.",
    status: 400,
    param: "against",
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
