import { nowMs } from "../timing.ts";

/** From this importance on, others stand aside: a person types, and each key may take the request back. */
export const URGENT = 5;

/** Up to this importance, a generation stands aside for an urgent one. Chat does not: a person waits for it too. */
const YIELDING = 2;

/** The longest that a step waits at a time: completions one after the other slow a notebook down, but never stop it. */
const MAX_WAIT_MS = 1000;

/**
 * Lets completions pass. Two generations share the processor step by step, which would double a completion's time;
 * so while one runs, notebook runs and background work stand still between two of their steps.
 */
export class RightOfWay {
  readonly #maxWaitMs: number;
  readonly #waiting = new Set<() => void>();
  #urgent = 0;

  constructor(maxWaitMs = MAX_WAIT_MS) {
    this.#maxWaitMs = maxWaitMs;
  }

  /** Runs a generation of this importance. */
  async running<T>(priority: number, work: () => Promise<T>): Promise<T> {
    if (priority < URGENT) return work();
    this.#urgent++;
    try {
      return await work();
    } finally {
      if (--this.#urgent === 0) this.#release();
    }
  }

  /** To be awaited before each step of a generation: resolves when it may go on, with the ms that it stood still. */
  async pass(priority: number, signal: AbortSignal): Promise<number> {
    if (this.#urgent === 0 || priority > YIELDING || signal.aborted) return 0;
    const since = nowMs();
    await new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", go);
        this.#waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, this.#maxWaitMs);
      signal.addEventListener("abort", go, { once: true });
      this.#waiting.add(go);
    });
    return nowMs() - since;
  }

  #release(): void {
    for (const go of [...this.#waiting]) go();
  }
}
