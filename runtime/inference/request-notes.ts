import type { FinishReason, Usage } from "../api/types.ts";
import type { Precision } from "../models/model.ts";
import type { Timings } from "../timing.ts";

/** What one generation was made from and brought, for the audit log. */
export interface GenerationNote {
  model: string;
  precision: Precision;
  file_sha256: string;
  /** Adapters that worked on it. */
  lora: Array<{ name: string; scale: number; file_sha256: string }>;
  /** SHA-256 of the rendered prompt, hex: the same as in the reply's provenance. */
  prompt_sha256: string;
  /** Sampling as it was applied. */
  settings: Record<string, unknown>;
  /** What was generated up to the end, whatever ended it. */
  answer: string;
  thinking: string;
  finish: FinishReason | "cancelled" | "failed";
  /** Null for a generation that did not end by itself. */
  usage: Usage | null;
  timings: Timings | null;
}

/** Takes note of a request while it is answered. */
export interface RequestNotes {
  /** The id that the reply carries. */
  named(id: string): void;
  generated(note: GenerationNote): void;
}
