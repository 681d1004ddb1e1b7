import type { ChatRequest, ChatTool, ResponseFormat, ToolChoice } from "../api/types.ts";
import type { Engine, Grammar } from "../engine/engine.ts";
import type { ModelEntry } from "../models/model.ts";
import { chatProfile, reasons, resolveChat } from "../models/profile.ts";
import { THINK_CLOSE } from "../models/reasoning.ts";
import { toolConversation } from "../models/tools/tool-conversation.ts";
import { callSchema, chosenTools } from "../models/tools/tool-grammar.ts";
import { CALL_OPEN } from "../models/tools/tool-markers.ts";
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
  const { tools: offered = [], tool_choice: toolChoice = "auto" } = request;
  const conversation = toolConversation(request.messages, offered, facts.chatTemplate);
  const chat = resolveChat(chatProfile(entry.profile), { ...request, messages: conversation.messages });
  const rendered = await services.renderer.render({
    template: facts.chatTemplate,
    messages: chat.messages,
    ...(conversation.tools === null ? {} : { tools: conversation.tools }),
    bosToken: facts.bosText,
    eosToken: facts.eosText,
    addBos: engine.addBos,
    controlTokens: facts.controlTokens,
    addGenerationPrompt: true,
    continueFinal: request.continue_final_message ?? false,
    openThinking: chat.openThinking,
  });
  const tokens = await services.engine.tokenize(engine.handle, rendered.parts);
  checkLength(model, tokens);
  const grammar = callGrammar(offered, toolChoice) ?? grammarOf(request.response_format);
  const isFree = offered.length > 0 && toolChoice === "auto";
  const topLogprobs = request.logprobs === true ? request.top_logprobs ?? 0 : undefined;
  return {
    tokens,
    promptText: rendered.text,
    maxTokens: chat.maxTokens,
    sampling: withChoice(chat.sampling, choice),
    stop: [...chat.stop, ...rendered.stop],
    ...grammarStart(grammar, rendered.thinkingOpened, isFree),
    ...(topLogprobs === undefined ? {} : { topLogprobs }),
    cachePrompt: request.cache_prompt ?? true,
    ignoreEnd: request.ignore_eos ?? false,
    reasoning: { enabled: reasons(entry.capabilities, facts.chatTemplate), opened: rendered.thinkingOpened },
    settings: chat.settings,
    warnings: chat.warnings,
  };
}

/** Holds a reply to a call. Where the model decides, the grammar begins with the marker of a call. */
function callGrammar(tools: readonly ChatTool[], choice: ToolChoice): Grammar | undefined {
  return tools.length === 0 || choice === "none" ? undefined : { kind: "json_schema", schema: callSchema(chosenTools(tools, choice)) };
}

/** A model that thinks may write the marker of a call in its thoughts: where it decides itself, its calls are read but not held. */
function grammarStart(grammar: Grammar | undefined, isThinking: boolean, isFree: boolean): { grammar?: Grammar; grammarAfter?: string } {
  if (grammar === undefined || (isFree && isThinking)) return {};
  if (isFree) return { grammar, grammarAfter: CALL_OPEN };
  return { grammar, ...(isThinking ? { grammarAfter: THINK_CLOSE } : {}) };
}

function grammarOf(format: ResponseFormat | undefined): Grammar | undefined {
  if (format === undefined || format.type === "text") return undefined;
  if (format.type === "json_object") return { kind: "json_object" };
  return { kind: "json_schema", schema: format.json_schema.schema };
}
