import * as Type from "./type.ts";

import { DURATION } from "./keep-alive.ts";

/** Bounds of everything a request may contain. A number without a maximum reaches native code one day. */
export const LIMITS = {
  modelName: 200,
  messages: 4096,
  textChars: 4 * 1024 * 1024,
  prompts: 64,
  choices: 8,
  maxTokens: 1_000_000,
  stops: 16,
  stopChars: 256,
  logitBias: 1024,
  seed: 2 ** 32 - 1,
  topLogprobs: 20,
  topK: 1_000_000,
  extraFiles: 256,
  inputs: 256,
  tokens: 1_000_000,
  tokenId: 2 ** 31 - 1,
  scoreTokens: 8192,
  leaseChars: 64,
  tools: 128,
  toolCalls: 32,
  toolText: 64 * 1024,
  dimensions: 65_536,
  milliseconds: 3_600_000,
  keepAliveSeconds: 2_000_000,
  adapters: 8,
  adapterName: 64,
  adapterScale: 10,
} as const;

export const closed = { additionalProperties: false };
export const optional = Type.Optional;

export const model = Type.String({ minLength: 1, maxLength: LIMITS.modelName });
/** llama-server has one model, so its clients name none. */
const anyModel = optional(model);
export const precision = Type.Union([Type.Literal("fp16"), Type.Literal("int8"), Type.Literal("q4")]);
export const text = Type.String({ maxLength: LIMITS.textChars });
const stopText = Type.String({ minLength: 1, maxLength: LIMITS.stopChars });

/** An adapter by its number or its name, and how strongly it works. */
const adapter = Type.Object({
  id: Type.Union([Type.Integer({ minimum: 0, maximum: 1000 }), Type.String({ minLength: 1, maxLength: LIMITS.adapterName })]),
  scale: optional(Type.Number({ minimum: -LIMITS.adapterScale, maximum: LIMITS.adapterScale })),
}, closed);

export const sampling = {
  temperature: optional(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  top_k: optional(Type.Integer({ minimum: 0, maximum: LIMITS.topK })),
  min_p: optional(Type.Number({ minimum: 0, maximum: 1 })),
  seed: optional(Type.Integer({ minimum: 0, maximum: LIMITS.seed })),
  max_tokens: optional(Type.Integer({ minimum: 1, maximum: LIMITS.maxTokens })),
  stop: optional(Type.Union([stopText, Type.Array(stopText, { maxItems: LIMITS.stops })])),
  repeat_penalty: optional(Type.Number({ exclusiveMinimum: 0, maximum: 2 })),
  frequency_penalty: optional(Type.Number({ minimum: -2, maximum: 2 })),
  presence_penalty: optional(Type.Number({ minimum: -2, maximum: 2 })),
  logit_bias: optional(Type.Object({}, {
    additionalProperties: Type.Number({ minimum: -100, maximum: 100 }),
    propertyNames: { pattern: "^(0|[1-9][0-9]{0,7})$" },
    maxProperties: LIMITS.logitBias,
  })),
  stream: optional(Type.Boolean()),
  stream_options: optional(Type.Object({ include_usage: optional(Type.Boolean()), include_obfuscation: optional(Type.Boolean()), continuous_usage_stats: optional(Type.Boolean()) }, closed)),
  precision: optional(precision),
  cache_prompt: optional(Type.Boolean()),
  ignore_eos: optional(Type.Boolean()),
  lora: optional(Type.Array(adapter, { maxItems: LIMITS.adapters })),
  keep_alive: optional(Type.Union([Type.Number({ minimum: -1, maximum: LIMITS.keepAliveSeconds }), Type.String({ pattern: DURATION })])),
};

/** 0 evaluates the prompt for the requests that follow, and generates nothing. */
const evaluating = { ...sampling, max_tokens: optional(Type.Integer({ minimum: 0, maximum: LIMITS.maxTokens })) };

/** Fields of OpenAI's that change nothing here: accepted, so that its clients work unchanged, and not looked at. */
export const harmless = {
  user: optional(Type.String({ maxLength: 512 })),
  metadata: optional(Type.Object({})),
  store: optional(Type.Boolean()),
  service_tier: optional(Type.String({ maxLength: 64 })),
  safety_identifier: optional(Type.String({ maxLength: 512 })),
  prompt_cache_key: optional(Type.String({ maxLength: 512 })),
};

const logprobs = optional(Type.Integer({ minimum: 0, maximum: LIMITS.topLogprobs }));

const choices = optional(Type.Integer({ minimum: 1, maximum: LIMITS.choices }));

const textPart = Type.Object({ type: Type.Literal("text"), text }, closed);
export const toolName = Type.String({ pattern: "^[a-zA-Z0-9_-]{1,64}$" });
const tool = Type.Object({
  type: Type.Literal("function"),
  function: Type.Object({
    name: toolName,
    description: optional(Type.String({ maxLength: LIMITS.toolText })),
    parameters: optional(Type.Object({})),
    strict: optional(Type.Union([Type.Boolean(), Type.Null()])),
  }, closed),
}, closed);
/** What OpenAI's clients add to a reply that they have read, and send back with it. Not part of the prompt. */
export const parsed = optional(Type.Unknown());
const toolCall = Type.Object({
  id: Type.String({ maxLength: 128 }),
  type: Type.Literal("function"),
  function: Type.Object({ name: toolName, arguments: Type.String({ maxLength: LIMITS.toolText }), parsed_arguments: parsed }, closed),
  index: optional(Type.Integer({ minimum: 0, maximum: LIMITS.toolCalls })),
  provider_specific_fields: parsed,
}, closed);

const message = Type.Object({
  role: Type.Union([Type.Literal("system"), Type.Literal("developer"), Type.Literal("user"), Type.Literal("assistant"), Type.Literal("tool")]),
  /** Null where an assistant's message is nothing but calls. */
  content: optional(Type.Union([text, Type.Array(textPart, { minItems: 1, maxItems: 256 }), Type.Null()])),
  tool_calls: optional(Type.Array(toolCall, { maxItems: LIMITS.toolCalls })),
  tool_call_id: optional(Type.String({ maxLength: 128 })),
  name: optional(Type.String({ maxLength: 64 })),
  /** What this server itself sends with a reply: clients send replies back as they got them. Not part of the prompt. */
  reasoning_content: optional(text),
  refusal: optional(Type.Null()),
  annotations: optional(Type.Union([Type.Array(Type.Object({}), { maxItems: 0 }), Type.Null()])),
  audio: optional(Type.Null()),
  function_call: optional(Type.Null()),
  parsed,
  /** What LiteLLM, vLLM and Ollama add to theirs, where a conversation comes here from them. */
  provider_specific_fields: parsed,
  thinking_blocks: parsed,
  reasoning: parsed,
}, closed);

const responseFormat = Type.Union([
  Type.Object({ type: Type.Literal("text") }, closed),
  Type.Object({ type: Type.Literal("json_object") }, closed),
  Type.Object({
    type: Type.Literal("json_schema"),
    json_schema: Type.Object({
      name: optional(Type.String({ maxLength: 64 })),
      description: optional(Type.String({ maxLength: 4096 })),
      schema: Type.Object({}),
      strict: optional(Type.Boolean()),
    }, closed),
  }, closed),
]);

export const ChatSchema = Type.Object({
  model,
  messages: Type.Array(message, { minItems: 1, maxItems: LIMITS.messages }),
  ...sampling,
  ...harmless,
  n: choices,
  max_completion_tokens: optional(Type.Integer({ minimum: 1, maximum: LIMITS.maxTokens })),
  logprobs: optional(Type.Boolean()),
  top_logprobs: optional(Type.Integer({ minimum: 0, maximum: LIMITS.topLogprobs })),
  response_format: optional(responseFormat),
  trace: optional(Type.Boolean()),
  continue_final_message: optional(Type.Boolean()),
  /** The other half of the pair, as other servers want it; what it says follows from the first. */
  add_generation_prompt: optional(Type.Boolean()),
  task: optional(Type.Union([Type.Literal("chat"), Type.Literal("code"), Type.Literal("math"), Type.Literal("creative"), Type.Literal("reasoning")])),
  tools: optional(Type.Array(tool, { maxItems: LIMITS.tools })),
  tool_choice: optional(Type.Union([Type.Literal("none"), Type.Literal("auto"), Type.Literal("required"), Type.Object({ type: Type.Literal("function"), function: Type.Object({ name: toolName }, closed) }, closed)])),
  parallel_tool_calls: optional(Type.Boolean()),
  modalities: optional(Type.Array(Type.Literal("text"), { maxItems: 1 })),
}, closed);

export const CompletionSchema = Type.Object({
  model,
  prompt: Type.Union([text, Type.Array(text, { minItems: 1, maxItems: LIMITS.prompts })]),
  ...evaluating,
  ...harmless,
  n: choices,
  suffix: optional(text),
  logprobs,
  echo: optional(Type.Boolean()),
  parse_special: optional(Type.Boolean()),
}, closed);

/** What llama-server's editor clients send with a request for a completion, and what changes nothing here. */
const ofEditors = {
  n_indent: optional(Type.Integer({ minimum: 0, maximum: LIMITS.maxTokens })),
  samplers: optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 32 })),
  t_max_prompt_ms: optional(Type.Integer({ minimum: 0, maximum: LIMITS.milliseconds })),
  t_max_predict_ms: optional(Type.Integer({ minimum: 0, maximum: LIMITS.milliseconds })),
  response_fields: optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 64 })),
};

export const InfillSchema = Type.Object({
  model: anyModel,
  input_prefix: text,
  input_suffix: text,
  prompt: optional(text),
  input_extra: optional(Type.Array(Type.Object({ filename: Type.String({ maxLength: 4096 }), text }, closed), { maxItems: LIMITS.extraFiles })),
  ...evaluating,
  n_predict: evaluating.max_tokens,
  ...ofEditors,
  logprobs,
}, closed);

export const EmbeddingsSchema = Type.Object({
  model,
  input: Type.Union([text, Type.Array(text, { minItems: 1, maxItems: LIMITS.inputs })]),
  encoding_format: optional(Type.Union([Type.Literal("float"), Type.Literal("base64")])),
  dimensions: optional(Type.Integer({ minimum: 1, maximum: LIMITS.dimensions })),
  last_state: optional(Type.Boolean()),
  precision: optional(precision),
  keep_alive: sampling.keep_alive,
  user: harmless.user,
}, closed);

export const TokenizeSchema = Type.Object({
  model: anyModel,
  content: text,
  precision: optional(precision),
  add_special: optional(Type.Boolean()),
  parse_special: optional(Type.Boolean()),
}, closed);

export const DetokenizeSchema = Type.Object({
  model: anyModel,
  tokens: Type.Array(Type.Integer({ minimum: 0, maximum: LIMITS.tokenId }), { maxItems: LIMITS.tokens }),
  precision: optional(precision),
}, closed);

export const ApplyTemplateSchema = Type.Object({
  model: anyModel,
  messages: ChatSchema.properties.messages,
  tools: ChatSchema.properties.tools,
  precision: optional(precision),
  continue_final_message: ChatSchema.properties.continue_final_message,
  add_generation_prompt: ChatSchema.properties.add_generation_prompt,
}, closed);

export const ScoreSchema = Type.Object({
  model,
  text: Type.String({ minLength: 1, maxLength: LIMITS.textChars }),
  precision: optional(precision),
  against: optional(precision),
  max_tokens: optional(Type.Integer({ minimum: 2, maximum: LIMITS.scoreTokens })),
}, closed);

export const LoadSchema = Type.Object({ model, precision: optional(precision), stream: optional(Type.Boolean()) }, closed);
export const PrecisionSchema = Type.Object({ model, precision, stream: optional(Type.Boolean()) }, closed);
export const UnloadSchema = Type.Object({ model, precision: optional(precision) }, closed);
export const LeaseSchema = Type.Object({ lease: optional(Type.String({ maxLength: LIMITS.leaseChars })) }, closed);
export const ReleaseSchema = Type.Object({ lease: Type.String({ maxLength: LIMITS.leaseChars }) }, closed);
export const ShutdownSchema = Type.Object({ if_idle: optional(Type.Boolean()) }, closed);
