import { setTimeout as sleep } from "node:timers/promises";

import { asRetortError, cancelled, type RetortError } from "../errors.ts";

/** Times a request that was turned away for now is sent again. */
export const MAX_RETRIES = 4;
/** A server that fails inside is asked less often: the request itself may be the reason. */
const RETRIES_AFTER_FAILURE = 2;
/** Nobody waits longer than this for one answer's turn. */
export const LONGEST_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 1000;
/** Waits differ by up to this share, so that clients that were turned away together do not come back together. */
const SPREAD = 0.25;

/** What came of `work`, and how long it had to wait for its turn. */
export interface Delayed<T> {
  value: T;
  /** 0: it was taken at once. */
  delayedMs: number;
}

export interface BackOffOptions {
  /** Times a request is sent again at most. Default: {@link MAX_RETRIES}. */
  retries?: number;
  /** Longest single wait in ms. Default: {@link LONGEST_WAIT_MS}. */
  longestMs?: number;
  /** Resolves after so many ms, or earlier when the signal is aborted. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  random?: () => number;
}

/** Nothing listens there, or nothing can be reached: a server that is being started again, or one that never was. */
const UNREACHABLE = new Set(["connection_refused", "connection_timeout", "host_unreachable", "dns_failed"]);
/** The way broke after the request had been sent. */
const BROKEN = new Set(["connection_lost", "stream_cut"]);
/** Codes of ours with status 503 that waiting does not change, or that say that this very request did it. */
const LASTING = new Set(["engine_died", "engine_stalled", "engine_crash_loop", "engine_stopped", "gpu_lost", "runtime_start_failed", "runtime_not_running", "offline", "audit_busy"]);

/**
 * Sends requests again that a server could not take now. One for all requests to the same servers: it remembers whether
 * they are there at all.
 */
export class BackOff {
  /** An answer has come, and the servers have not vanished for good since. */
  #seen = false;
  readonly #retries: number;
  readonly #longestMs: number;
  readonly #wait: NonNullable<BackOffOptions["wait"]>;
  readonly #random: () => number;

  constructor({ retries = MAX_RETRIES, longestMs = LONGEST_WAIT_MS, wait = waitFor, random = Math.random }: BackOffOptions = {}) {
    this.#retries = retries;
    this.#longestMs = longestMs;
    this.#wait = wait;
    this.#random = random;
  }

  /**
   * Does `work`, and does it again where a later try may succeed: the server is too busy (429, 503), a gateway lost its
   * server (500, 502, 504), or the connection failed before any of the answer had come. Waits as long as the server
   * says, else about 1, 2, 4 … seconds. Other errors, and the last of these, pass on at once; so does a wait that would be
   * longer than the longest. `untouched` is false once a part of the answer has arrived: what is sent again
   * then would be another answer. A server that was never reached is not waited for, and one that stayed away
   * through all tries is not waited for again until it answers. An abort ends the wait with `cancelled`.
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal, untouched: () => boolean = () => true): Promise<Delayed<T>> {
    let delayedMs = 0;
    for (let attempt = 0; ; attempt++) {
      try {
        const value = await work();
        this.#seen = true;
        return { value, delayedMs };
      } catch (error) {
        const reason = asRetortError(error);
        const wait = signal.aborted || !untouched() ? null : this.#waitAfter(reason, attempt);
        if (wait === null) throw error;
        await this.#wait(wait, signal);
        if (signal.aborted) throw cancelled();
        delayedMs += wait;
      }
    }
  }

  /** In ms; null: do not try again. */
  #waitAfter(error: RetortError, attempt: number): number | null {
    const retries = Math.min(retriesAfter(error), this.#retries);
    const vanished = UNREACHABLE.has(error.code);
    if (vanished && !this.#seen) return null;
    if (attempt >= retries) {
      if (vanished) this.#seen = false;
      return null;
    }
    const wait = error.retryAfter === undefined ? FIRST_WAIT_MS * 2 ** attempt * (1 + SPREAD * (2 * this.#random() - 1)) : error.retryAfter * 1000;
    return wait <= this.#longestMs ? wait : null;
  }
}

/** How often a request that failed like this may be sent again. */
export function retriesAfter({ code, status }: Pick<RetortError, "code" | "status">): number {
  if (LASTING.has(code)) return 0;
  if (status === 429 || status === 503 || UNREACHABLE.has(code) || BROKEN.has(code)) return MAX_RETRIES;
  // Only what has no reason of its own: a gateway's page, not a server's error about this request.
  if (["http_502", "http_504"].includes(code)) return MAX_RETRIES;
  return code === "http_500" ? RETRIES_AFTER_FAILURE : 0;
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the wait early; who waits looks at the signal.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
