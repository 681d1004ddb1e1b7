import type { ServerResponse } from "node:http";

import { cancelled, RetortError } from "../errors.ts";

/** One request being answered. */
export interface RequestScope {
  /** Aborted when the client goes away or the runtime ends. */
  readonly signal: AbortSignal;
  /** What to tell the client about a cancelled request. */
  reason(): RetortError;
  /** The request has been answered. */
  close(): void;
}

/** All requests being answered: how many, and how to end them. */
export class RequestScopes {
  readonly #open = new Set<AbortController>();
  readonly #now: () => number;
  #waiting: Array<() => void> = [];
  #lastEnd: number;

  /** `now` is a monotonic clock in ms. */
  constructor(now: () => number) {
    this.#now = now;
    this.#lastEnd = now();
  }

  get active(): number {
    return this.#open.size;
  }

  /** When the last request ended, or the runtime started. */
  get lastEnd(): number {
    return this.#lastEnd;
  }

  /** Follows one response: a client that goes away aborts the scope. */
  open(response: ServerResponse): RequestScope {
    const controller = new AbortController();
    const gone = (): void => { if (!response.writableFinished) controller.abort(); };
    response.once("close", gone);
    this.#open.add(controller);
    return {
      signal: controller.signal,
      reason: () => controller.signal.reason instanceof RetortError ? controller.signal.reason : cancelled(),
      close: () => {
        response.off("close", gone);
        if (this.#open.delete(controller)) this.#ended();
      },
    };
  }

  /** Resolves when no request is being answered. */
  idle(): Promise<void> {
    return this.#open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  abortAll(reason: RetortError): void {
    for (const controller of this.#open) controller.abort(reason);
  }

  #ended(): void {
    this.#lastEnd = this.#now();
    if (this.#open.size > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
