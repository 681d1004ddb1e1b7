import type { ChatRequest, ChatTool, ResponseFormat, ToolChoice } from "../api/types.ts";
import type { Engine, Grammar } from "../engine/engine.ts";
import type { ModelEntry } from "../models/model.ts";
import { reasons } from "../models/profile.ts";
import { THINK_CLOSE } from "../models/reasoning.ts";
import { callSchema, chosenTools } from "../models/tools/tool-grammar.ts";
import { CALL_CLOSE, CALL_OPEN } from "../models/tools/tool-markers.ts";
import { chatPrompt } from "./chat-prompt.ts";
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

/** A chat request as a generation. */
export function chatTarget(services: ChatServices, request: ChatRequest): GenerationTarget {
  const entry = services.models.find(request.model);
  if (!entry.capabilities.includes("chat")) throw cannot(entry, "chat", services.models.entries());
  return { entry, precision: request.precision, lora: request.lora, plan: (model) => planChat(services, entry, model, request) };
}

async function planChat(services: ChatServices, entry: ModelEntry, model: ReadyModel, request: ChatRequest): Promise<GenerationPlan> {
  const { tools: offered = [], tool_choice: toolChoice = "auto" } = request;
  const { chat, rendered } = await chatPrompt(services.renderer, entry, model, request);
  const tokens = await services.engine.tokenize(model.engine.handle, rendered.parts);
  checkLength(model, tokens);
  const isFree = offered.length > 0 && toolChoice === "auto";
  const grammar = callGrammar(offered, toolChoice, request.parallel_tool_calls ?? true) ?? grammarOf(request.response_format);
  const topLogprobs = request.logprobs === true ? request.top_logprobs ?? 0 : undefined;
  return {
    tokens,
    promptText: rendered.text,
    maxTokens: chat.maxTokens,
    sampling: chat.sampling,
    stop: [...chat.stop, ...rendered.stop],
    ...grammarStart(grammar, rendered.thinkingOpened, isFree),
    ...(topLogprobs === undefined ? {} : { topLogprobs }),
    cachePrompt: request.cache_prompt ?? true,
    ignoreEnd: request.ignore_eos ?? false,
    reasoning: { enabled: reasons(entry.capabilities, model.facts.chatTemplate), opened: rendered.thinkingOpened },
    settings: chat.settings,
    warnings: chat.warnings,
  };
}

/** Calls in one reply at most: a small model repeats itself as long as it may. */
const MOST_CALLS = 4;

/** Holds a reply to calls. Where the model decides, the grammar begins with the marker of a call. A tool that is named is called once. */
function callGrammar(tools: readonly ChatTool[], choice: ToolChoice, inParallel: boolean): Grammar | undefined {
  if (tools.length === 0 || choice === "none") return undefined;
  const isSeveral = inParallel && typeof choice === "string";
  return {
    kind: "json_schema",
    schema: callSchema(chosenTools(tools, choice)),
    ...(isSeveral ? { calls: { open: CALL_OPEN, close: CALL_CLOSE, most: MOST_CALLS, isOpen: choice === "auto" } } : {}),
  };
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
