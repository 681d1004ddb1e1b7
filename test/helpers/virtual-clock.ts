import { setImmediate as turn } from "node:timers/promises";

import type { Clock } from "../../extension/completion/clock.ts";
import { cancelled } from "../../runtime/errors.ts";

/** Time that passes only when a test says so. What became due runs in order, each with its follow-up work. */
export class VirtualClock implements Clock {
  #now = 0;
  #due: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(cancelled());
      const stop = (): void => {
        this.#due = this.#due.filter((other) => other !== entry);
        reject(cancelled());
      };
      const run = (): void => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const entry = { at: this.#now + ms, run };
      signal?.addEventListener("abort", stop, { once: true });
      this.#due.push(entry);
    });
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (await turn(); ; await turn()) {
      const next = this.#due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = until;
  }
}

/** Lets time pass until `promise` is settled, at most `limitMs`. */
export async function settle<T>(clock: VirtualClock, promise: Promise<T>, limitMs = 60_000): Promise<T> {
  let done = false;
  const finish = (): void => { done = true; };
  promise.then(finish, finish);
  for (let passed = 0; passed <= limitMs; passed++) {
    await clock.advance(passed === 0 ? 0 : 1);
    if (done) return promise;
  }
  throw new Error(`Nothing came within ${limitMs} ms.`);
}
