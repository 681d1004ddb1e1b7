import type { ChatMessage, ChatRequest, Provenance, SamplingFields } from "../api/types.ts";
import type { Sampling } from "../engine/engine.ts";
import { RetortError } from "../errors.ts";
import type { Capability, ProfileName } from "./model.ts";
import { applyRules } from "./profiles/conversation.ts";
import { deepseekR1 } from "./profiles/deepseek-r1.ts";
import { plainChat } from "./profiles/plain-chat.ts";
import type { ChatProfile, Task } from "./profiles/profile-types.ts";
import { qwenCoder } from "./profiles/qwen-coder.ts";
import { THINK_CLOSE } from "./reasoning.ts";

const profiles: Record<Exclude<ProfileName, "embedding">, ChatProfile> = {
  "deepseek-r1": deepseekR1,
  "qwen-coder": qwenCoder,
  "plain-chat": plainChat,
};

/** Sampling values that no profile changes; llama.cpp's own top-k, everything else off. */
const DEFAULTS = { top_k: 40, min_p: 0, repeat_penalty: 1, frequency_penalty: 0, presence_penalty: 0 };

/** Seeds that survive JSON, the native side's 32 bits and a re-run from a log. */
const SEEDS = 2 ** 32;

export type Settings = Provenance["settings"];

/** Sampling of a request with everything filled in. */
export interface ResolvedSampling {
  sampling: Sampling;
  maxTokens: number;
  stop: string[];
  /** Every value and where it came from, under the API's names. */
  settings: Settings;
  warnings: string[];
}

/** A chat request with the profile's rules applied. */
export interface ResolvedChat extends ResolvedSampling {
  /** The conversation for the template. */
  messages: ChatMessage[];
  /** The reply begins with a think block: pass on as `RenderRequest.openThinking`. */
  openThinking: boolean;
}

/** The profile of that name. Throws `not_a_chat_model` for the embedding profile. */
export function chatProfile(name: ProfileName): ChatProfile {
  if (name === "embedding") {
    throw new RetortError({ code: "not_a_chat_model", message: "This model makes embeddings; it cannot chat.", hint: "Choose a model with the capability `chat`, or use /v1/embeddings.", status: 400, param: "model" });
  }
  return profiles[name];
}

/** Whether replies may hold a think block to split off (`ReasoningOptions.enabled`): the catalogue says so, or the file's template deals with one. */
export function reasons(capabilities: readonly Capability[], template: string | null): boolean {
  return capabilities.includes("reasoning") || (template?.includes(THINK_CLOSE) ?? false);
}

/** Applies a profile to a chat request. What the request sets is kept, with a warning where the profile advises against it. */
export function resolveChat(profile: ChatProfile, request: Omit<ChatRequest, "model">, randomSeed: () => number = newSeed): ResolvedChat {
  const task = request.task ?? profile.defaultTask;
  const { max_completion_tokens: longName, ...fields } = request;
  const resolved = resolveSampling(profile, task, longName === undefined ? fields : { ...fields, max_tokens: longName }, randomSeed);
  const conversation = applyRules(profile.rules, request.messages, task);
  return {
    ...resolved,
    messages: conversation.messages,
    openThinking: profile.rules.thinks,
    settings: { task: { value: task, source: request.task === undefined ? "profile" : "request" }, ...resolved.settings },
    warnings: [...conversation.warnings, ...resolved.warnings],
  };
}

/** Sampling for one task, for requests that are no conversation as well. */
export function resolveSampling(profile: ChatProfile, task: Task, fields: SamplingFields, randomSeed: () => number = newSeed): ResolvedSampling {
  const { temperature, maxTokens, advised } = profile.tasks[task];
  const settings: Settings = {};
  const pick = <T>(key: keyof SamplingFields, wanted: T | undefined, otherwise: T, source: "profile" | "default"): T => {
    settings[key] = wanted === undefined ? { value: otherwise, source } : { value: wanted, source: "request" };
    return wanted ?? otherwise;
  };
  const sampling: Sampling = {
    temperature: pick("temperature", fields.temperature, temperature, "profile"),
    topP: pick("top_p", fields.top_p, profile.topP, "profile"),
    topK: pick("top_k", fields.top_k, DEFAULTS.top_k, "default"),
    minP: pick("min_p", fields.min_p, DEFAULTS.min_p, "default"),
    seed: pick("seed", fields.seed, randomSeed(), "default"),
    repeatPenalty: pick("repeat_penalty", fields.repeat_penalty, DEFAULTS.repeat_penalty, "default"),
    frequencyPenalty: pick("frequency_penalty", fields.frequency_penalty, DEFAULTS.frequency_penalty, "default"),
    presencePenalty: pick("presence_penalty", fields.presence_penalty, DEFAULTS.presence_penalty, "default"),
    logitBias: Object.entries(fields.logit_bias ?? {}).map(([token, bias]) => [Number(token), bias]),
  };
  return {
    sampling,
    maxTokens: pick("max_tokens", fields.max_tokens, maxTokens, "profile"),
    stop: [pick("stop", fields.stop, [], "default")].flat(),
    settings,
    warnings: adviseTemperature(profile, task, sampling.temperature, advised),
  };
}

function adviseTemperature(profile: ChatProfile, task: Task, temperature: number, advised: readonly [number, number] | null): string[] {
  if (advised === null || (temperature >= advised[0] && temperature <= advised[1])) return [];
  return [`Temperature ${temperature} is outside ${advised[0]} to ${advised[1]}, which ${profile.name} needs for the task "${task}"; replies may repeat themselves or lose the thread.`];
}

function newSeed(): number {
  return Math.floor(Math.random() * SEEDS);
}
