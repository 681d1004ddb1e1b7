import type { TokenEvent } from "./engine.ts";

/** Every message wakes two more processes on cores that the engine computes on; a reader sees no difference below this. */
const INTERVAL_MS = 40;

/**
 * Sends the first token of a generation at once and those that follow in groups. The time of each token is in its
 * event, so no measurement changes. `intervalMs` 0 sends each token by itself.
 */
export class TokenBatch {
  readonly #send: (events: TokenEvent[]) => void;
  readonly #intervalMs: number;
  #events: TokenEvent[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (events: TokenEvent[]) => void, intervalMs = INTERVAL_MS) {
    this.#send = send;
    this.#intervalMs = intervalMs;
  }

  push(event: TokenEvent): void {
    this.#events.push(event);
    if (this.#timer !== null) return;
    this.flush();
    if (this.#intervalMs > 0) this.#timer = setTimeout(() => this.#tick(), this.#intervalMs);
  }

  /** Sends what waits: to be called before the result, and when the generation fails. */
  flush(): void {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#send(events);
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.flush();
  }

  /** After an interval without a token, the next one goes out at once again. */
  #tick(): void {
    const waiting = this.#events.length > 0;
    this.flush();
    this.#timer = waiting ? setTimeout(() => this.#tick(), this.#intervalMs) : null;
  }
}
