import type { Priority } from "../../scheduler/request-queue.ts";

/** `GET /props`. Null: not known while the model is not in memory. */
export interface PropsResponse {
  default_generation_settings: {
    /** Tokens of one slot. */
    n_ctx: number;
    params: { temperature: number; top_k: number; top_p: number; min_p: number; n_predict: number };
  };
  total_slots: number;
  model_alias: string;
  /** Name of the file. */
  model_path: string | null;
  chat_template: string | null;
  bos_token: string | null;
  eos_token: string | null;
  modalities: { vision: boolean; audio: boolean };
  is_sleeping: boolean;
  build_info: string;
}

/** An entry of `GET /slots`. */
export interface SlotInfo {
  id: number;
  model: string;
  n_ctx: number;
  speculative: boolean;
  is_processing: boolean;
  /** Of the request that holds it. */
  priority: Priority | null;
  /** Tokens in its part of the KV cache. */
  n_past: number;
}
