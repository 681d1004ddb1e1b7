import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { entryPath } from "../../../runtime/entry.ts";

export interface BandwidthOrder {
  blockBytes: number;
  /** How long to read. */
  ms: number;
}

export interface BandwidthReport {
  bytes: number;
  ms: number;
}

/** Far larger than a processor's cache, two for each thread. */
const BLOCK_BYTES = 48 * 1024 * 1024;
const ROUND_MS = 100;
const ROUNDS = 4;
const MAX_THREADS = 16;

/** Bytes per second that `threads` threads read from this machine's memory together: the best of four rounds of 0.1 s, because other programs can only take from it. */
export async function measureBandwidth(threads: number, signal: AbortSignal): Promise<number> {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    signal.throwIfAborted();
    best = Math.max(best, await measureRound(Math.max(1, Math.min(MAX_THREADS, threads))));
  }
  return best;
}

async function measureRound(threads: number): Promise<number> {
  const order: BandwidthOrder = { blockBytes: BLOCK_BYTES, ms: ROUND_MS };
  const workers = Array.from({ length: threads }, () => new Worker(entryPath("bandwidth-worker"), { workerData: order, execArgv: [] }));
  try {
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const reports = Promise.all(workers.map(async (worker) => ((await once(worker, "message")) as [BandwidthReport])[0]));
    for (const worker of workers) worker.postMessage("go");
    return (await reports).reduce((sum, { bytes, ms }) => sum + (bytes * 1000) / ms, 0);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
