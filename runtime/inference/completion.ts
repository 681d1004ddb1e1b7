import type { CompletionRequest } from "../api/types.ts";
import type { Engine, PromptPart } from "../engine/engine.ts";
import type { ModelEntry } from "../models/model.ts";
import { chatProfile, resolveSampling } from "../models/profile.ts";
import type { GenerationPlan, GenerationTarget } from "./generation-plan.ts";
import { checkLength } from "./generation.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadedModels } from "./loaded-models.ts";
import { cannot } from "./model-errors.ts";

export interface CompletionServices {
  engine: Engine;
  models: LoadedModels;
}

/**
 * A text completion as a generation. The prompt is raw: no template is applied, and control tokens written in it
 * count as such unless `parse_special` is false, as in llama-server.
 */
export function completionTarget(services: CompletionServices, request: CompletionRequest, prompt: string): GenerationTarget {
  const entry = services.models.find(request.model);
  if (entry.capabilities.includes("embeddings")) throw cannot(entry, "chat", services.models.entries());
  return { entry, precision: request.precision, lora: request.lora, plan: (model) => planCompletion(services, entry, model, request, prompt) };
}

async function planCompletion(
  services: CompletionServices,
  entry: ModelEntry,
  model: ReadyModel,
  request: CompletionRequest,
  prompt: string,
): Promise<GenerationPlan> {
  const profile = chatProfile(entry.profile);
  const resolved = resolveSampling(profile, profile.defaultTask, request);
  const tokens = await services.engine.tokenize(model.engine.handle, rawPrompt(model, prompt, request.parse_special ?? true));
  checkLength(model, tokens);
  return {
    tokens,
    promptText: prompt,
    maxTokens: resolved.maxTokens,
    sampling: resolved.sampling,
    stop: resolved.stop,
    ...(request.logprobs === undefined ? {} : { topLogprobs: request.logprobs }),
    cachePrompt: request.cache_prompt ?? true,
    ignoreEnd: request.ignore_eos ?? false,
    reasoning: { enabled: false, opened: false },
    settings: resolved.settings,
    warnings: resolved.warnings,
  };
}

/** The text, after the begin token where the model wants one and the text has none. */
export function rawPrompt(model: ReadyModel, text: string, special = true): PromptPart[] {
  const { bosText } = model.facts;
  const begin = model.engine.addBos && bosText !== "" && !text.startsWith(bosText) ? [{ text: bosText, special: true }] : [];
  return [...begin, { text, special }];
}
