/** How many deaths are too many. */
export interface CrashLimits {
  /** Deaths within `windowMs` after which no new start is made for `backOffMs`. */
  deaths: number;
  windowMs: number;
  backOffMs: number;
}

/** Counts deaths, so that an engine that always dies is not started in a loop. Pure: times come from the caller. */
export class CrashGuard {
  readonly limits: CrashLimits;
  #deaths: number[] = [];

  constructor(limits: CrashLimits) {
    this.limits = limits;
  }

  died(now: number): void {
    this.#deaths.push(now);
    this.#forget(now);
  }

  /** Deaths that count at `now`. */
  count(now: number): number {
    this.#forget(now);
    return this.#deaths.length;
  }

  /** Milliseconds until a start is allowed; 0: now. */
  waitMs(now: number): number {
    const last = this.#deaths.at(-1);
    if (last === undefined || this.count(now) < this.limits.deaths) return 0;
    return Math.max(0, last + this.limits.backOffMs - now);
  }

  #forget(now: number): void {
    this.#deaths = this.#deaths.filter((at) => now - at < this.limits.windowMs);
  }
}
