/** JSON bodies of the HTTP API, as both sides see them. OpenAI's names where OpenAI has one. */
import type { DivergenceResult, FallbackNotice } from "../engine/engine.ts";
import type { Precision, Progress } from "../models/model.ts";
import type { Timings } from "../timing.ts";

export type Role = "system" | "developer" | "user" | "assistant" | "tool";

export interface ChatMessage {
  role: Role;
  content: string;
  /** Of an assistant: the calls that it made. */
  tool_calls?: ToolCall[];
  /** Of a tool: the call that this is the result of. */
  tool_call_id?: string;
}

/** A function that the model may call. */
export interface ChatTool {
  type: "function";
  function: { name: string; description?: string; /** JSON Schema of an object. */ parameters?: Record<string, unknown>; strict?: boolean };
}

export type ToolChoice = "none" | "auto" | "required" | { type: "function"; function: { name: string } };

export interface ToolCall {
  id: string;
  type: "function";
  function: { name: string; /** JSON text. */ arguments: string };
}

/** Fields that chat, completion and infill requests share. All optional: the model's profile fills in. */
export interface SamplingFields {
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  seed?: number;
  /** Completions and infill: 0 evaluates the prompt, so that the next request finds it in the cache. */
  max_tokens?: number;
  stop?: string | string[];
  repeat_penalty?: number;
  frequency_penalty?: number;
  presence_penalty?: number;
  logit_bias?: Record<string, number>;
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  /** Retort: which variant of the model answers this request. */
  precision?: Precision;
  /** Retort: the KV cache of earlier requests may be used. Default true. */
  cache_prompt?: boolean;
  /** Retort: do not stop at the end token. For measurements. */
  ignore_eos?: boolean;
}

export type ResponseFormat =
  | { type: "text" }
  | { type: "json_object" }
  | { type: "json_schema"; json_schema: { name?: string; schema: Record<string, unknown>; strict?: boolean } };

export interface ChatRequest extends SamplingFields {
  model: string;
  messages: ChatMessage[];
  max_completion_tokens?: number;
  logprobs?: boolean;
  top_logprobs?: number;
  response_format?: ResponseFormat;
  tools?: ChatTool[];
  /** Default `auto`. `required` and a named tool are held by the grammar: the reply is a call. */
  tool_choice?: ToolChoice;
  /** Retort: the last event says when each token came. */
  trace?: boolean;
  /** Go on with the last message, which must be the assistant's, instead of beginning a reply. vLLM's name. */
  continue_final_message?: boolean;
  /** vLLM wants `false` together with the field above. */
  add_generation_prompt?: boolean;
  /** Retort: which of the profile's task defaults apply. */
  task?: "chat" | "code" | "math" | "creative" | "reasoning";
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number };
  completion_tokens_details: { reasoning_tokens: number };
}

/** What produced a result; on every response as `retort`. */
export interface Provenance {
  model: string;
  precision: Precision;
  quant: string;
  file_sha256: string;
  /** For a file made here: what it was made from. */
  made_from?: string;
  backend: string;
  device: string;
  threads: number;
  context: number;
  slots: number;
  engine_version: string;
  /** Type of the KV cache, such as `f16`. */
  kv_cache_type?: string;
  /** Prompt tokens evaluated at once. */
  batch?: number;
  flash_attention?: boolean | "auto";
  /** Version of the GPU's driver; null where there is none, or it does not tell. */
  driver?: string | null;
  /** SHA-256 of the model's chat template; null for a model without one. */
  template_sha256?: string | null;
  /** Resolved sampling: value and where it came from. */
  settings: Record<string, { value: unknown; source: "request" | "profile" | "default" }>;
  /** Plain-language warnings: R1 rules not followed, FP16 from 4-bit weights … */
  warnings: string[];
  fallback?: FallbackNotice;
  /** SHA-256 of the rendered prompt, hex. */
  prompt_sha256: string;
  memory?: { weights: number; kv_cache: number; rss: number; vram_used: number | null };
}

/** When a request was accepted, got its slot and brought each token, for a request with `trace`. Times are `nowMs()` of the runtime's machine. */
export interface RequestTrace {
  accepted: number;
  granted: number;
  tokens: number[];
  ended: number;
}

export type FinishReason = "stop" | "length";
export type ChatFinishReason = FinishReason | "tool_calls";

export interface ChatResponse {
  id: string;
  object: "chat.completion";
  created: number;
  model: string;
  choices: Array<{
    index: number;
    message: { role: "assistant"; content: string | null; reasoning_content?: string; tool_calls?: ToolCall[] };
    finish_reason: ChatFinishReason;
    logprobs: { content: ApiLogprob[] } | null;
  }>;
  usage: Usage;
  timings: Timings;
  retort: Provenance;
}

export interface ApiLogprob {
  token: string;
  logprob: number;
  bytes: number[];
  top_logprobs: Array<{ token: string; logprob: number; bytes: number[] }>;
}

/** One SSE chunk of a chat stream. The last one has `usage`, `timings` and `retort`. */
export interface ChatChunk {
  id: string;
  object: "chat.completion.chunk";
  created: number;
  model: string;
  choices: Array<{
    index: number;
    delta: { role?: "assistant"; content?: string; reasoning_content?: string; tool_calls?: Array<ToolCall & { index: number }> };
    finish_reason: ChatFinishReason | null;
    logprobs?: { content: ApiLogprob[] } | null;
  }>;
  usage?: Usage | null;
  timings?: Timings;
  retort?: Provenance;
  trace?: RequestTrace;
}

export interface CompletionRequest extends SamplingFields {
  model: string;
  prompt: string | string[];
  suffix?: string;
  /** Each token's log-probability with that many alternatives. 0 is cheap at temperature 0. */
  logprobs?: number;
  echo?: boolean;
  /** Retort: control tokens written in the prompt count as such. Default true. */
  parse_special?: boolean;
}

export interface InfillRequest extends SamplingFields {
  model: string;
  input_prefix: string;
  input_suffix: string;
  /** The typed part of the current line; goes after the middle marker. */
  prompt?: string;
  input_extra?: Array<{ filename: string; text: string }>;
  /** As in text completions. */
  logprobs?: number;
}

/** Error body in OpenAI's shape with a code and a hint. */
export interface ErrorBody {
  error: { message: string; type: string; code: string; param: string | null; hint?: string };
}

export interface ModelCard {
  id: string;
  object: "model";
  created: number;
  owned_by: string;
  retort: {
    capabilities: string[];
    context: number;
    precisions: Array<{ precision: Precision; quant: string; bytes: number; loaded: boolean; installed: boolean }>;
    active_precision: Precision | null;
  };
}

/** A model that could be used here, in one of its precisions. Sizes in bytes. */
export interface PrecisionOffer {
  precision: Precision;
  quant: string;
  /** `make`: from a file that is here, without a download. */
  state: "installed" | "download" | "make";
  /** Of the file; reckoned from the number of weights where nobody states it, null where that is unknown, too. */
  bytes: number | null;
  /** What has to be fetched, and how much of it an earlier, unfinished download has brought. */
  download_bytes: number | null;
  partial_bytes: number;
  loaded: boolean;
  /** True for a file that Retort downloaded or made: `/retort/remove` deletes it. */
  removable: boolean;
  /** Where it comes from: a source, another program's name for it, or the type it is made from. */
  from: string;
  /** In memory, with this runtime's context and slots. Null: unknown. */
  need_bytes: number | null;
  /** `tight`: only when other programs give memory back. */
  fit: "fits" | "tight" | "too-big" | null;
}

export interface ModelOffer {
  id: string;
  name: string;
  description: string;
  licence: string;
  /** 0: unknown until its file has been read. */
  parameters: number;
  context: number;
  capabilities: string[];
  precisions: PrecisionOffer[];
}

/** `GET /retort/models`: the catalogue and what is on this machine, for choosing. */
export interface ModelOffers {
  models: ModelOffer[];
  memory: { budget_bytes: number; free_bytes: number | null; used_bytes: number };
}

/** `POST /retort/remove`. */
export interface Removed {
  model: string;
  removed: Array<{ precision: Precision; quant: string; bytes: number }>;
}

export interface ScoreRequest {
  model: string;
  text: string;
  precision?: Precision;
  /** Compare with this precision of the same model: `a` is `precision`, `b` is this one. */
  against?: Precision;
  /** At most this many tokens of the text, default 512. */
  max_tokens?: number;
}

export interface ScoreResponse {
  model: string;
  tokens: number[];
  positions: Array<{ token: number; text: string; logprob: number; top1: number }>;
  perplexity: number;
  divergence?: DivergenceResult & { a: Precision; b: Precision };
}

/** `GET /health`: needs no key and tells nothing that a key protects. */
export interface Health {
  status: "ok" | "loading" | "closing";
  version: string;
}

/** A model file in memory. */
export interface LoadedInfo {
  model: string;
  precision: Precision;
  quant: string;
  file_sha256: string;
  backend: string;
  device: string;
  threads: number;
  context: number;
  slots: number;
  gpu_layers: number;
  memory: { weights: number; kv_cache: number; compute: number };
  /** Bytes of the weights that one step of generation reads: all but an embedding matrix that is only looked up. */
  weights_read?: number;
  load_ms: number;
  /** Requests that hold a slot, and requests that wait for one. */
  active: number;
  queued: number;
}

/** How the audit log does. */
export interface AuditStatus {
  mode: "off" | "hash" | "full";
  state: "off" | "on" | "failing";
  /** Records written since the runtime started, and records that had no place while the log could not be written. */
  written: number;
  lost: number;
  /** Code of the failure while it lasts, such as `ENOSPC`. */
  problem: string | null;
}

/** `GET /retort/status`. */
export interface RuntimeStatus {
  state: Health["status"];
  version: string;
  pid: number;
  uptime_s: number;
  /** Requests being answered, over all models; loads and leases not counted. */
  active: number;
  queued: number;
  leases: number;
  loaded: LoadedInfo[];
  /** Models being loaded: share from 0 to 1. */
  loading: Array<{ model: string; precision: Precision; share: number }>;
  /** The precision that answers a request which names none, by model id. */
  active_precision: Record<string, Precision>;
  fallback: FallbackNotice | null;
  audit: AuditStatus;
}

/** `POST /retort/load` and `/retort/precision`. With `stream`, progress arrives as server-sent events before the result. */
export interface LoadBody {
  model: string;
  precision?: Precision;
  stream?: boolean;
}

/** One step of making a model ready: downloading, converting, loading. */
export type LoadProgress = Progress;

/** `POST /retort/lease`: the runtime stays while a lease is renewed within `ttl_s`. */
export interface Lease {
  lease: string;
  ttl_s: number;
}

export interface TokenizeRequest {
  model: string;
  content: string;
  precision?: Precision;
  /** Put the begin token first where the model wants one. Default false. */
  add_special?: boolean;
  /** Read control tokens in the text as such. Default false: text stays text. */
  parse_special?: boolean;
}

export interface TokenizeResponse {
  tokens: number[];
}

export interface CompletionResponse {
  id: string;
  object: "text_completion";
  created: number;
  model: string;
  choices: Array<{
    index: number;
    text: string;
    finish_reason: FinishReason | null;
    logprobs: CompletionLogprobs | null;
  }>;
  usage?: Usage | null;
  timings?: Timings;
  retort?: Provenance;
}

/** OpenAI's older shape of log-probabilities, for text completions. */
export interface CompletionLogprobs {
  tokens: string[];
  token_logprobs: number[];
  top_logprobs: Array<Record<string, number>>;
  text_offset: number[];
}

/** `POST /infill`, and the last event of its stream. */
export interface InfillResponse {
  content: string;
  stop: boolean;
  finish_reason: FinishReason | null;
  logprobs?: CompletionLogprobs | null;
  model?: string;
  usage?: Usage;
  timings?: Timings;
  retort?: Provenance;
}

export interface EmbeddingsRequest {
  model: string;
  input: string | string[];
  encoding_format?: "float" | "base64";
  /**
   * A model that generates text gives the state of its last token in place of a refusal. It was not made for that: all
   * its vectors lie near each other, so a similarity means something beside other ones of the same model only.
   */
  last_state?: boolean;
  /** With `last_state`: which weights. */
  precision?: Precision;
}

export interface EmbeddingsResponse {
  object: "list";
  model: string;
  data: Array<{ object: "embedding"; index: number; embedding: number[] | string }>;
  usage: { prompt_tokens: number; total_tokens: number };
}
