import type { Disposable } from "../../runtime/dispose.ts";

/**
 * Holds back what comes on the shell channel until somebody listens to iopub. A front end's sockets try to connect
 * every 100 ms on their own: shell may be through before iopub is, and a client that trusts its first kernel_info_reply
 * then waits for ever for an `idle` that it could not hear. After `patienceMs` all goes on without a listener.
 */
export class FirstSubscriber implements Disposable {
  #held: Array<() => void> | null = [];
  readonly #timer: NodeJS.Timeout;

  constructor(patienceMs: number) {
    this.#timer = setTimeout(() => this.arrived(), patienceMs);
  }

  /** Runs `work` now, or once somebody listens; in order. */
  after(work: () => void): void {
    if (this.#held === null) work();
    else this.#held.push(work);
  }

  /** Somebody listens. */
  arrived(): void {
    clearTimeout(this.#timer);
    const held = this.#held ?? [];
    this.#held = null;
    for (const work of held) work();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
