/** Aborts a transfer that the caller cancels, or that brings nothing for a while. */
export class StallTimer {
  readonly signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number, outer: AbortSignal) {
    const abort = new AbortController();
    this.#timer = setTimeout(() => abort.abort(new Error(`no data for ${ms} ms`)), ms);
    this.signal = AbortSignal.any([outer, abort.signal]);
  }

  touch(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
