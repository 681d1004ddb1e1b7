import type { Backend, FallbackNotice } from "./engine.ts";

/** When a lost GPU is tried again. */
export interface RetryLimits {
  firstMs: number;
  /** Every loss doubles the wait up to this. */
  mostMs: number;
}

/**
 * Remembers that a GPU was lost and when to try it again. Policy: after a loss the engine runs on the CPU; after
 * `firstMs` the GPU is probed once, while the CPU keeps serving; each further loss or failed probe doubles the wait.
 * Pure: times come from the caller.
 */
export class GpuFallback {
  readonly #limits: RetryLimits;
  #notice: FallbackNotice | null = null;
  #waitMs: number;
  #tryAt = 0;

  constructor(limits: RetryLimits) {
    this.#limits = limits;
    this.#waitMs = limits.firstMs;
  }

  get notice(): FallbackNotice | null {
    return this.#notice;
  }

  lost(from: Backend, reason: string, now: number): void {
    this.#notice = { from, to: "cpu", reason };
    this.postpone(now);
  }

  /** The probe failed: wait longer. */
  postpone(now: number): void {
    this.#tryAt = now + this.#waitMs;
    this.#waitMs = Math.min(this.#waitMs * 2, this.#limits.mostMs);
  }

  /** True when a probe is due. */
  isDue(now: number): boolean {
    return this.#notice !== null && now >= this.#tryAt;
  }

  /** The GPU has loaded a model again. The next loss waits as long as the last one did, should it come soon. */
  recovered(): void {
    this.#notice = null;
  }
}
