import type { FillRequest } from "../completion-engine.ts";

/** Typing pauses shorter than this are part of typing. */
const IDLE_MS = 3000;

export interface IdleWarmerOptions {
  /** False while completion is off, snoozed, manual, or the machine runs on battery: then nothing is evaluated. */
  allowed(): boolean;
  /** Brings the context up to date, then tells the request for the cursor as it is now; null: there is none to prepare. */
  prepare(signal: AbortSignal): Promise<FillRequest | null>;
  warm(request: FillRequest, signal: AbortSignal): Promise<void>;
  onFailure(error: unknown): void;
  idleMs?: number;
}

/**
 * Evaluates the prompt of the next completion while nobody types, so that it has only the typed part to read. One at a
 * time; any sign of life stops it, and the runtime keeps what was evaluated until then.
 */
export class IdleWarmer {
  readonly #options: IdleWarmerOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: AbortController | null = null;
  #disposed = false;

  constructor(options: IdleWarmerOptions) {
    this.#options = options;
  }

  /** A key, a move of the cursor, another file: the wait begins anew, and what runs stops. */
  stir(): void {
    this.stop();
    if (this.#disposed) return;
    this.#timer = setTimeout(() => void this.#run(), this.#options.idleMs ?? IDLE_MS);
  }

  /** Stops at once, until the next {@link stir}. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
  }

  dispose(): void {
    this.#disposed = true;
    this.stop();
  }

  async #run(): Promise<void> {
    if (!this.#options.allowed()) return;
    const running = new AbortController();
    this.#running = running;
    try {
      const request = await this.#options.prepare(running.signal);
      if (request !== null && !running.signal.aborted && this.#options.allowed()) await this.#options.warm(request, running.signal);
    } catch (error) {
      if (!running.signal.aborted) this.#options.onFailure(error);
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }
}
