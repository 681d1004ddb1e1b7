import type { MemoryLooks } from "../experiment/memory-peak.ts";
import { nowMs } from "../../runtime/timing.ts";
import type { RuntimeApi } from "./model-access.ts";
import { wait } from "./wait.ts";

/** Memory in use at one moment, bytes. */
export interface MemoryUse {
  /** Of the engine's process, in memory and in swap; files that it only maps are not counted where the system tells them apart. */
  process: number;
  /** Of the graphics device; null without one. */
  device: number | null;
}

export async function memoryNow(runtime: RuntimeApi, signal?: AbortSignal): Promise<MemoryUse> {
  const { process: { rss, rssAnon, swap }, vram } = await runtime.memory(signal);
  return { process: rssAnon === null ? rss : rssAnon + (swap ?? 0), device: vram?.used ?? null };
}

/** Looks at process and device by themselves; `signal` stops all of them. */
export function memoryLooks(runtime: RuntimeApi, signal: AbortSignal): MemoryLooks<MemoryUse> {
  return { read: (ended) => memoryNow(runtime, ended === undefined ? signal : AbortSignal.any([signal, ended])), larger, now: nowMs, wait };
}

function larger(one: MemoryUse, other: MemoryUse): MemoryUse {
  const device = one.device === null || other.device === null ? one.device ?? other.device : Math.max(one.device, other.device);
  return { process: Math.max(one.process, other.process), device };
}
