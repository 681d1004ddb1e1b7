import type { ChatRequest, ResponseFormat } from "../api/types.ts";
import type { Engine, Grammar } from "../engine/engine.ts";
import type { ModelEntry } from "../models/model.ts";
import { chatProfile, reasons, resolveChat } from "../models/profile.ts";
import { THINK_CLOSE } from "../models/reasoning.ts";
import { withChoice } from "./choice-seed.ts";
import type { GenerationPlan, GenerationTarget } from "./generation-plan.ts";
import { checkLength } from "./generation.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadedModels } from "./loaded-models.ts";
import { cannot } from "./model-errors.ts";
import type { PromptRenderer } from "./ports.ts";

export interface ChatServices {
  engine: Engine;
  models: LoadedModels;
  renderer: PromptRenderer;
}

/** A chat request as a generation. `choice` counts the replies to one request; each gets a seed of its own. */
export function chatTarget(services: ChatServices, request: ChatRequest, choice = 0): GenerationTarget {
  const entry = services.models.find(request.model);
  if (!entry.capabilities.includes("chat")) throw cannot(entry, "chat", services.models.entries());
  return { entry, precision: request.precision, plan: (model) => planChat(services, entry, model, request, choice) };
}

async function planChat(services: ChatServices, entry: ModelEntry, model: ReadyModel, request: ChatRequest, choice: number): Promise<GenerationPlan> {
  const { facts, engine } = model;
  const chat = resolveChat(chatProfile(entry.profile), request);
  const rendered = await services.renderer.render({
    template: facts.chatTemplate,
    messages: chat.messages,
    bosToken: facts.bosText,
    eosToken: facts.eosText,
    addBos: engine.addBos,
    controlTokens: facts.controlTokens,
    addGenerationPrompt: true,
    openThinking: chat.openThinking,
  });
  const tokens = await services.engine.tokenize(engine.handle, rendered.parts);
  checkLength(model, tokens);
  const grammar = grammarOf(request.response_format);
  const topLogprobs = request.logprobs === true ? request.top_logprobs ?? 0 : undefined;
  return {
    tokens,
    promptText: rendered.text,
    maxTokens: chat.maxTokens,
    sampling: withChoice(chat.sampling, choice),
    stop: [...chat.stop, ...rendered.stop],
    ...(grammar === undefined ? {} : { grammar }),
    ...(grammar !== undefined && rendered.thinkingOpened ? { grammarAfter: THINK_CLOSE } : {}),
    ...(topLogprobs === undefined ? {} : { topLogprobs }),
    cachePrompt: request.cache_prompt ?? true,
    ignoreEnd: request.ignore_eos ?? false,
    reasoning: { enabled: reasons(entry.capabilities, facts.chatTemplate), opened: rendered.thinkingOpened },
    settings: chat.settings,
    warnings: chat.warnings,
  };
}

function grammarOf(format: ResponseFormat | undefined): Grammar | undefined {
  if (format === undefined || format.type === "text") return undefined;
  if (format.type === "json_object") return { kind: "json_object" };
  return { kind: "json_schema", schema: format.json_schema.schema };
}
