import { setTimeout as sleep } from "node:timers/promises";
import { isCancelled } from "../../runtime/errors.ts";

/** Ends after `ms`, or early with the signal. Never rejects for that. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}
