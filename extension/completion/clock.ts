import { cancelled } from "../../runtime/errors.ts";
import { nowMs } from "../../runtime/timing.ts";

/** Time, injected so that tests of waiting do not wait. */
export interface Clock {
  /** Monotonic, in ms. */
  now(): number;
  /** Rejects with `cancelled` as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: nowMs,
  sleep: (ms, signal) => new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(cancelled());
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    timer.unref();
    signal?.addEventListener("abort", stop, { once: true });
  }),
};
