import { randomBytes } from "node:crypto";

import { RetortError } from "../errors.ts";

/** More clients than one user has. */
const MAX_LEASES = 1000;

/** Who wants the runtime to stay. A lease that is not renewed in time is forgotten: its client was killed. */
export class LeaseBook {
  readonly ttlMs: number;
  readonly #now: () => number;
  /** Lease to the time of its end. */
  readonly #ends = new Map<string, number>();
  #lastEnd: number;

  /** `now` is a monotonic clock in ms. */
  constructor(ttlMs: number, now: () => number) {
    this.ttlMs = ttlMs;
    this.#now = now;
    this.#lastEnd = now();
  }

  get count(): number {
    this.#forgetExpired();
    return this.#ends.size;
  }

  /** When the last lease ended, or the book was opened. */
  get lastEnd(): number {
    this.#forgetExpired();
    return this.#lastEnd;
  }

  /** Renews `lease`, or takes a new one where it is unknown or not given. */
  take(lease?: string): string {
    this.#forgetExpired();
    const name = lease !== undefined && this.#ends.has(lease) ? lease : randomBytes(12).toString("hex");
    if (this.#ends.size >= MAX_LEASES && !this.#ends.has(name)) {
      throw new RetortError({ code: "too_many_leases", message: `${MAX_LEASES} clients hold a lease already.`, hint: "Close some of them.", status: 429, retryAfter: this.ttlMs / 1000 });
    }
    this.#ends.set(name, this.#now() + this.ttlMs);
    return name;
  }

  release(lease: string): void {
    if (this.#ends.delete(lease)) this.#lastEnd = this.#now();
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [lease, end] of this.#ends) {
      if (end > now) continue;
      this.#ends.delete(lease);
      this.#lastEnd = Math.max(this.#lastEnd, end);
    }
  }
}
