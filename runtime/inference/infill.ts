import type { InfillRequest } from "../api/types.ts";
import type { Engine } from "../engine/engine.ts";
import type { ModelEntry } from "../models/model.ts";
import { chatProfile, resolveSampling } from "../models/profile.ts";
import { markersOf } from "./adapted-model.ts";
import type { GenerationPlan, GenerationTarget } from "./generation-plan.ts";
import { checkLength } from "./generation.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadedModels } from "./loaded-models.ts";
import { cannot } from "./model-errors.ts";

export interface InfillServices {
  engine: Engine;
  models: LoadedModels;
}

/** Separates files in the training data of the models that know it. */
const FILE_SEPARATOR = "<|file_sep|>";

/** Ghost text is short; a profile's limit for replies would let a model write the rest of the file. */
const DEFAULT_MAX_TOKENS = 128;

/** Code completion is greedy unless the request says otherwise: the likeliest continuation is the useful one. */
const DEFAULT_TEMPERATURE = 0;

/** A fill-in-the-middle request as a generation. Throws `model_lacks_capability` naming a model that can. */
export async function infillTarget(services: InfillServices, request: InfillRequest): Promise<GenerationTarget> {
  const entry = await services.models.described(request.model);
  const adapters = await services.models.adapters(entry, request.lora);
  if (!entry.capabilities.includes("fim") && markersOf(adapters) === null) throw cannot(entry, "fim", services.models.entries());
  return { entry, precision: request.precision, lora: request.lora, plan: (model) => planInfill(services, entry, model, request) };
}

async function planInfill(services: InfillServices, entry: ModelEntry, model: ReadyModel, request: InfillRequest): Promise<GenerationPlan> {
  const { tokens, text } = await infillPrompt(services.engine, services.models, model, request);
  checkLength(model, tokens);
  const resolved = resolveSampling(chatProfile(entry.profile), "code", {
    ...request,
    temperature: request.temperature ?? DEFAULT_TEMPERATURE,
    max_tokens: request.max_tokens ?? DEFAULT_MAX_TOKENS,
  });
  return {
    tokens,
    promptText: text,
    maxTokens: resolved.maxTokens,
    sampling: resolved.sampling,
    stop: resolved.stop,
    ...(request.logprobs === undefined ? {} : { topLogprobs: request.logprobs }),
    cachePrompt: request.cache_prompt ?? true,
    ignoreEnd: request.ignore_eos ?? false,
    reasoning: { enabled: false, opened: false },
    settings: resolved.settings,
    // Advice about temperatures is for conversations.
    warnings: [],
  };
}

/**
 * Extra files, prefix lines, suffix, middle marker, typed part of the line. What changes with every keystroke stands
 * last, so all before it comes from the cache. The pieces are tokenised apart, as text: a marker written in a source
 * file stays text.
 */
async function infillPrompt(engine: Engine, models: LoadedModels, model: ReadyModel, request: InfillRequest): Promise<{ tokens: Uint32Array; text: string }> {
  const { handle, fim } = model.engine;
  if (fim === null) throw cannot(model.entry, "fim", models.entries());
  const { input_prefix: prefix, input_suffix: suffix, prompt: typed = "", input_extra: extra = [] } = request;
  const encode = (text: string, special = false): Promise<Uint32Array> =>
    text === "" ? Promise.resolve(new Uint32Array()) : engine.tokenize(handle, [{ text, special }]);
  const separator = model.facts.controlTokens.includes(FILE_SEPARATOR) ? FILE_SEPARATOR : "";
  const [mark, before, after, line, ...files] = await Promise.all([
    encode(separator, true),
    encode(prefix),
    encode(suffix),
    encode(typed),
    ...extra.map(({ filename, text }) => encode(`${filename}\n${text}\n`)),
  ]);
  const tokens = Uint32Array.from([
    ...(model.engine.addBos && model.engine.bosToken !== null ? [model.engine.bosToken] : []),
    ...files.flatMap((file) => [...mark, ...file]),
    ...(files.length > 0 ? mark : []),
    fim.prefix, ...before,
    fim.suffix, ...after,
    fim.middle, ...line,
  ]);
  return { tokens, text: JSON.stringify([extra, prefix, suffix, typed]) };
}
