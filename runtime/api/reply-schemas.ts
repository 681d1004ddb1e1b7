import * as Type from "./type.ts";

/** What replies look like, for the OpenAPI document. Nothing is checked with these at run time: tests hold real replies against them. */
const optional = Type.Optional;
const count = Type.Integer({ minimum: 0 });

export const ErrorSchema = Type.Object({
  error: Type.Object({
    message: Type.String(),
    type: Type.String(),
    code: Type.String(),
    param: Type.Union([Type.String(), Type.Null()]),
    hint: optional(Type.String()),
  }),
});

const usage = Type.Object({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: Type.Object({ cached_tokens: count }),
  completion_tokens_details: Type.Object({ reasoning_tokens: count }),
});
/** How long it took, by the engine's clock, and what it was made with. */
const facts = { timings: Type.Object({}), retort: Type.Object({}) };
const head = { id: Type.String(), created: count, model: Type.String() };
const finish = Type.Union([Type.Literal("stop"), Type.Literal("length")]);

const toolCall = Type.Object({ id: Type.String(), type: Type.Literal("function"), function: Type.Object({ name: Type.String(), arguments: Type.String() }) });

export const ChatReplySchema = Type.Object({
  ...head,
  object: Type.Literal("chat.completion"),
  choices: Type.Array(Type.Object({
    index: count,
    message: Type.Object({
      role: Type.Literal("assistant"),
      content: Type.Union([Type.String(), Type.Null()]),
      reasoning_content: optional(Type.String()),
      tool_calls: optional(Type.Array(toolCall)),
    }),
    finish_reason: Type.Union([finish, Type.Literal("tool_calls")]),
    logprobs: Type.Union([Type.Object({ content: Type.Array(Type.Object({ token: Type.String(), logprob: Type.Number() })) }), Type.Null()]),
  })),
  usage,
  ...facts,
});

export const CompletionReplySchema = Type.Object({
  ...head,
  object: Type.Literal("text_completion"),
  choices: Type.Array(Type.Object({
    index: count,
    text: Type.String(),
    finish_reason: finish,
    logprobs: Type.Union([Type.Object({ tokens: Type.Array(Type.String()), token_logprobs: Type.Array(Type.Number()), text_offset: Type.Array(count) }), Type.Null()]),
  })),
  usage,
  ...facts,
});

export const ResponseReplySchema = Type.Object({
  id: Type.String(),
  object: Type.Literal("response"),
  created_at: count,
  model: Type.String(),
  status: Type.Union([Type.Literal("completed"), Type.Literal("incomplete")]),
  output: Type.Array(Type.Object({ id: Type.String(), type: Type.Union([Type.Literal("message"), Type.Literal("reasoning"), Type.Literal("function_call")]) })),
  usage: Type.Object({ input_tokens: count, output_tokens: count, total_tokens: count, input_tokens_details: Type.Object({ cached_tokens: count }), output_tokens_details: Type.Object({ reasoning_tokens: count }) }),
  ...facts,
});

export const InfillReplySchema = Type.Object({ content: Type.String(), stop: Type.Boolean(), finish_reason: finish, model: Type.String(), usage, ...facts });

export const EmbeddingsReplySchema = Type.Object({
  object: Type.Literal("list"),
  model: Type.String(),
  data: Type.Array(Type.Object({ object: Type.Literal("embedding"), index: count, embedding: Type.Union([Type.Array(Type.Number()), Type.String()]) })),
  usage: Type.Object({ prompt_tokens: count, total_tokens: count }),
});

const card = Type.Object({ id: Type.String(), object: Type.Literal("model"), created: count, owned_by: Type.String(), parent: optional(Type.String()), retort: Type.Object({ capabilities: Type.Array(Type.String()), context: count }) });
export const ModelSchema = card;
export const ModelsSchema = Type.Object({ object: Type.Literal("list"), data: Type.Array(card) });

export const LoraAdaptersSchema = Type.Array(Type.Object({ id: count, name: Type.String(), path: Type.String(), scale: Type.Number() }));

export const HealthSchema = Type.Object({ status: Type.Union([Type.Literal("ok"), Type.Literal("loading"), Type.Literal("closing")]), version: Type.String() });

export const TokensSchema = Type.Object({ tokens: Type.Array(count) });
export const ContentSchema = Type.Object({ content: Type.String() });
export const PromptSchema = Type.Object({ prompt: Type.String() });

export const SlotsSchema = Type.Array(Type.Object({
  id: count,
  model: Type.String(),
  n_ctx: count,
  speculative: Type.Boolean(),
  is_processing: Type.Boolean(),
  priority: Type.Union([Type.String(), Type.Null()]),
  n_past: count,
}));

const known = <T extends "string" | "integer">(type: T) => Type.Union([type === "string" ? Type.String() : Type.Integer(), Type.Null()]);
export const PropsSchema = Type.Object({
  default_generation_settings: Type.Object({ n_ctx: count, params: Type.Object({ temperature: Type.Number(), top_k: count, top_p: Type.Number(), min_p: Type.Number(), n_predict: count }) }),
  total_slots: count,
  model_alias: Type.String(),
  model_path: known("string"),
  chat_template: known("string"),
  bos_token: known("string"),
  eos_token: known("string"),
  modalities: Type.Object({ vision: Type.Boolean(), audio: Type.Boolean() }),
  is_sleeping: Type.Boolean(),
  build_info: Type.String(),
});
