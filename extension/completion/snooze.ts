import { isCancelled } from "../../runtime/errors.ts";
import type { Clock } from "./clock.ts";

/** Silence for a while, ended by a timer or by hand. */
export class Snooze {
  readonly #clock: Clock;
  readonly #changed: (minutes: number) => void;
  #timer: AbortController | null = null;

  /** `changed` is told for how many minutes silence begins; 0 when it ends. */
  constructor(clock: Clock, changed: (minutes: number) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get active(): boolean {
    return this.#timer !== null;
  }

  start(minutes: number): void {
    this.#timer?.abort();
    const timer = new AbortController();
    this.#timer = timer;
    void this.#clock.sleep(minutes * 60_000, timer.signal).then(() => this.end(), (error: unknown) => {
      if (!isCancelled(error)) throw error;
    });
    this.#changed(minutes);
  }

  end(): void {
    if (this.#timer === null) return;
    this.#timer.abort();
    this.#timer = null;
    this.#changed(0);
  }
}
