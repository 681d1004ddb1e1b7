import type { FinishReason } from "../api/types.ts";
import type { Timings } from "../timing.ts";

/** Sees how every generation ends. Must not throw. */
export interface GenerationObserver {
  /** `model`: its id. */
  generated(model: string, finish: FinishReason, timings: Timings): void;
  /** It did not end by itself. */
  broken(model: string, how: "cancelled" | "failed"): void;
}
