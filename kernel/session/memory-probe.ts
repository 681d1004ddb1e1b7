import { isCancelled } from "../../runtime/errors.ts";
import type { RuntimeApi } from "./model-access.ts";

/** Memory in use at one moment, bytes. */
export interface MemoryUse {
  /** Of the engine's process, in memory and in swap; files that it only maps are not counted where the system tells them apart. */
  process: number;
  /** Of the graphics device; null without one. */
  device: number | null;
}

/** Ten looks a second see a peak that lasts as long as a prompt chunk. */
const SAMPLE_EVERY_MS = 100;

export async function memoryNow(runtime: RuntimeApi, signal: AbortSignal): Promise<MemoryUse> {
  return useOf(await runtime.memory(signal));
}

/** The most memory seen while `work` ran, and what `work` gave. */
export async function memoryPeak<T>(runtime: RuntimeApi, signal: AbortSignal, work: () => Promise<T>): Promise<{ peak: MemoryUse; value: T }> {
  let peak = await memoryNow(runtime, signal);
  const ended = new AbortController();
  const sampling = (async () => {
    while (!ended.signal.aborted) {
      peak = larger(peak, await memoryNow(runtime, ended.signal));
      await pause(SAMPLE_EVERY_MS, ended.signal);
    }
  })().catch((error: unknown) => {
    // A look that fails ends the looking, not the work; the look after it says what is wrong.
    if (!isCancelled(error)) ended.abort();
  });
  try {
    const value = await work();
    peak = larger(peak, await memoryNow(runtime, signal));
    return { peak, value };
  } finally {
    ended.abort();
    await sampling;
  }
}

function useOf({ process, vram }: Awaited<ReturnType<RuntimeApi["memory"]>>): MemoryUse {
  return { process: process.rssAnon === null ? process.rss : process.rssAnon + (process.swap ?? 0), device: vram?.used ?? null };
}

function larger(one: MemoryUse, other: MemoryUse): MemoryUse {
  const device = one.device === null || other.device === null ? one.device ?? other.device : Math.max(one.device, other.device);
  return { process: Math.max(one.process, other.process), device };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    if (signal.aborted) done();
  });
}
