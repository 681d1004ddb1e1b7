import * as Type from "../type.ts";

import { closed, harmless, LIMITS, model, optional, parsed, sampling, text, toolName } from "../schemas.ts";

/** What a reply holds beside its text, and what comes back with it when a client sends the reply as input. */
const ofReplies = {
  id: optional(Type.Union([Type.String({ maxLength: 128 }), Type.Null()])),
  status: optional(Type.Union([Type.String({ maxLength: 32 }), Type.Null()])),
};

const part = Type.Object({
  type: Type.Union([Type.Literal("input_text"), Type.Literal("output_text"), Type.Literal("reasoning_text")]),
  text,
  annotations: optional(Type.Union([Type.Array(Type.Object({}), { maxItems: 0 }), Type.Null()])),
  logprobs: optional(Type.Union([Type.Array(Type.Object({}), { maxItems: 0 }), Type.Null()])),
  parsed,
}, closed);
const content = Type.Union([text, Type.Array(part, { maxItems: 256 })]);

const message = Type.Object({
  type: optional(Type.Literal("message")),
  role: Type.Union([Type.Literal("system"), Type.Literal("developer"), Type.Literal("user"), Type.Literal("assistant")]),
  content,
  ...ofReplies,
  phase: optional(Type.Union([Type.String({ maxLength: 32 }), Type.Null()])),
}, closed);
const call = Type.Object({
  type: Type.Literal("function_call"),
  call_id: Type.String({ maxLength: 128 }),
  name: toolName,
  arguments: Type.String({ maxLength: LIMITS.toolText }),
  ...ofReplies,
  caller: optional(Type.Null()),
  namespace: optional(Type.Null()),
  parsed_arguments: parsed,
}, closed);
const callOutput = Type.Object({ type: Type.Literal("function_call_output"), call_id: Type.String({ maxLength: 128 }), output: content, ...ofReplies }, closed);
/** A thought that the client sends back: earlier thoughts are not part of a prompt. */
const thought = Type.Object({
  type: Type.Literal("reasoning"),
  summary: optional(Type.Array(Type.Object({}), { maxItems: 64 })),
  content: optional(Type.Union([Type.Array(part, { maxItems: 256 }), Type.Null()])),
  encrypted_content: optional(Type.Null()),
  ...ofReplies,
}, closed);

const tool = Type.Object({
  type: Type.Literal("function"),
  name: toolName,
  description: optional(Type.Union([Type.String({ maxLength: LIMITS.toolText }), Type.Null()])),
  parameters: optional(Type.Union([Type.Object({}), Type.Null()])),
  strict: optional(Type.Union([Type.Boolean(), Type.Null()])),
}, closed);

const format = Type.Union([
  Type.Object({ type: Type.Literal("text") }, closed),
  Type.Object({ type: Type.Literal("json_object") }, closed),
  Type.Object({
    type: Type.Literal("json_schema"),
    name: optional(Type.String({ maxLength: 64 })),
    description: optional(Type.String({ maxLength: 4096 })),
    schema: Type.Object({}),
    strict: optional(Type.Union([Type.Boolean(), Type.Null()])),
  }, closed),
]);

/** The part of OpenAI's responses that needs no memory between requests. */
export const ResponsesSchema = Type.Object({
  model,
  input: Type.Union([text, Type.Array(Type.Union([message, call, callOutput, thought]), { minItems: 1, maxItems: LIMITS.messages })]),
  instructions: optional(text),
  max_output_tokens: optional(Type.Integer({ minimum: 1, maximum: LIMITS.maxTokens })),
  temperature: sampling.temperature,
  top_p: sampling.top_p,
  top_k: sampling.top_k,
  min_p: sampling.min_p,
  seed: sampling.seed,
  precision: sampling.precision,
  keep_alive: sampling.keep_alive,
  stream: sampling.stream,
  stream_options: optional(Type.Object({ include_obfuscation: optional(Type.Boolean()) }, closed)),
  tools: optional(Type.Array(tool, { maxItems: LIMITS.tools })),
  tool_choice: optional(Type.Union([Type.Literal("none"), Type.Literal("auto"), Type.Literal("required"), Type.Object({ type: Type.Literal("function"), name: toolName }, closed)])),
  parallel_tool_calls: optional(Type.Boolean()),
  text: optional(Type.Object({ format: optional(format), verbosity: optional(Type.Union([Type.String({ maxLength: 16 }), Type.Null()])) }, closed)),
  reasoning: optional(Type.Object({})),
  include: optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 16 })),
  truncation: optional(Type.Union([Type.Literal("disabled"), Type.Literal("auto")])),
  background: optional(Type.Literal(false)),
  ...harmless,
}, closed);
