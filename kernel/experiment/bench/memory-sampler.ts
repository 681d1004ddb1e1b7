import type { MemorySpan } from "./bench-window.ts";

/** Between the beginnings of two looks, in ms: more than ten a second. */
const EVERY_MS = 90;

export interface MemoryTools {
  /** Bytes in use now; null where the back end does not tell. */
  read(): Promise<number | null>;
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Runs `work` and looks at the memory before, during and after it. */
export async function withMemory<T>(tools: MemoryTools, work: () => Promise<T>): Promise<{ value: T; memory: MemorySpan }> {
  const before = await tools.read();
  const stop = new AbortController();
  const sampling = before === null ? Promise.resolve(null) : samplePeak(before, tools, stop.signal);
  let value: T;
  try {
    value = await work();
  } finally {
    stop.abort();
  }
  const peak = await sampling;
  const after = await tools.read();
  return { value, memory: { before, peak: peak === null ? null : Math.max(peak, after ?? peak), after } };
}

async function samplePeak(first: number, { read, now, wait }: MemoryTools, signal: AbortSignal): Promise<number> {
  let peak = first;
  while (!signal.aborted) {
    const begun = now();
    peak = Math.max(peak, (await read()) ?? peak);
    await wait(Math.max(0, EVERY_MS - (now() - begun)), signal);
  }
  return peak;
}
