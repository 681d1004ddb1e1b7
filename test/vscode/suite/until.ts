import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 50;

/** Waits until `probe` gives something other than undefined, null or false. Fails after `withinMs`, telling what was waited for. */
export async function until<T>(what: string, probe: () => T | Promise<T>, withinMs = 30_000): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs / 1000} s: ${what}`);
    await sleep(POLL_MS);
  }
}
