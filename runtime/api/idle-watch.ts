import type { Disposable } from "../dispose.ts";
import type { LeaseBook } from "./lease-book.ts";
import type { RequestScopes } from "./request-scopes.ts";

const CHECKS_PER_PERIOD = 10;
const MAX_CHECK_MS = 5000;

/** Ends a runtime that nobody has used and nobody has held a lease on for a while. */
export class IdleWatch implements Disposable {
  readonly #timer: NodeJS.Timeout;

  /** `now` is the clock of `scopes` and `leases`. */
  constructor(idleMs: number, scopes: RequestScopes, leases: LeaseBook, now: () => number, onIdle: () => void) {
    this.#timer = setInterval(() => {
      if (scopes.active > 0 || leases.count > 0) return;
      if (now() - Math.max(scopes.lastEnd, leases.lastEnd) < idleMs) return;
      this.dispose();
      onIdle();
    }, Math.min(idleMs / CHECKS_PER_PERIOD, MAX_CHECK_MS));
    this.#timer.unref();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}
