import type { FallbackNotice } from "../../engine/engine.ts";
import type { Precision } from "../../models/model.ts";

/** What produced a result; on every response as `retort`. */
export interface Provenance {
  model: string;
  precision: Precision;
  quant: string;
  file_sha256: string;
  /** For a file made here: what it was made from. */
  made_from?: string;
  /** Adapters that worked on it. */
  lora?: Array<{ name: string; scale: number; file_sha256: string }>;
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
