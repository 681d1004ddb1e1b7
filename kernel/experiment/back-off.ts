import { setTimeout as sleep } from "node:timers/promises";
import { asRetortError, cancelled } from "../../runtime/errors.ts";

/** Times a request that was turned away for now is sent again. */
export const MAX_RETRIES = 4;
/** Nobody waits longer than this for one answer's turn. */
const LONGEST_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 1000;

/** What came of `work`, and how long it had to wait for its turn. */
export interface Delayed<T> {
  value: T;
  /** 0: it was taken at once. */
  delayedMs: number;
}

/**
 * Does `work`, and does it again when a server is too busy now (429): after the time that the server names, else after
 * 1, 2, 4 … seconds. Other errors, and the last of these, pass on. An abort ends the wait.
 */
export async function withBackOff<T>(work: () => Promise<T>, signal: AbortSignal): Promise<Delayed<T>> {
  let delayedMs = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return { value: await work(), delayedMs };
    } catch (error) {
      const { status, retryAfter } = asRetortError(error);
      if (status !== 429 || attempt >= MAX_RETRIES || signal.aborted) throw error;
      const wait = Math.min(retryAfter === undefined ? FIRST_WAIT_MS * 2 ** attempt : retryAfter * 1000, LONGEST_WAIT_MS);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw cancelled();
      delayedMs += wait;
    }
  }
}
