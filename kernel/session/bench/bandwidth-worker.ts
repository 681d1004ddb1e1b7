/** Worker thread that reads memory as fast as it can; bandwidth.ts starts several and adds them up. */
import { parentPort, workerData } from "node:worker_threads";
import type { BandwidthOrder, BandwidthReport } from "./bandwidth.ts";

const { blockBytes, ms } = workerData as BandwidthOrder;

const one = Buffer.alloc(blockBytes, 1);
const other = Buffer.alloc(blockBytes, 1);

// The blocks are equal, so that a comparison reads both to their ends. It is the machine's own memcmp.
parentPort?.once("message", () => {
  const start = performance.now();
  let compared = 0;
  let elapsed = 0;
  do {
    if (Buffer.compare(one, other) !== 0) throw new Error("Two equal blocks differ.");
    compared++;
    elapsed = performance.now() - start;
  } while (elapsed < ms);
  parentPort?.postMessage({ bytes: 2 * blockBytes * compared, ms: elapsed } satisfies BandwidthReport);
});
parentPort?.postMessage("ready");
