import type { Precision } from "../../models/model.ts";

/** An adapter by its number or its name. Scale 1, the default: as it was trained; 0: not at all. */
export interface LoraRequest {
  id: number | string;
  scale?: number;
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
  stream_options?: {
    include_usage?: boolean;
    /** Chat: each chunk says how many tokens there are so far. vLLM's name. */
    continuous_usage_stats?: boolean;
  };
  /** Retort: which variant of the model answers this request. */
  precision?: Precision;
  /** Retort: the KV cache of earlier requests may be used. Default true. */
  cache_prompt?: boolean;
  /** Retort: do not stop at the end token. For measurements. */
  ignore_eos?: boolean;
  /** How long the model stays in memory after this request: seconds, or a text such as `5m`. 0 unloads it at once; below 0 it stays. */
  keep_alive?: number | string;
  /** Adapters for this request. llama-server's name. */
  lora?: LoraRequest[];
}
