/** Worker thread that converts one model file; convert.ts starts it and owns the file it writes. */
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { asRetortError } from "../errors.ts";
import type { ConvertMessage, ConvertOrder } from "./convert.ts";
import { diskFull, fileError } from "./file-error.ts";
import { readGguf } from "./gguf/read.ts";
import { convertFile } from "./quant/convert-file.ts";
import { convertedBytes } from "./quant/plan.ts";

const PROGRESS_INTERVAL_MS = 100;

const { from, to, precision } = workerData as ConvertOrder;
const post = (message: ConvertMessage): void => parentPort?.postMessage(message);

try {
  const file = await readGguf(from);
  checkSpace(convertedBytes(file, precision));
  const total = file.tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  let reported = 0;
  const written = convertFile(file, to, precision, (done) => {
    const now = performance.now();
    if (done < total && now - reported < PROGRESS_INTERVAL_MS) return;
    reported = now;
    post({ kind: "progress", done, total });
  });
  post({ kind: "done", written });
} catch (error) {
  post({ kind: "failed", error: asRetortError(fileError(error, to)).fields() });
}

function checkSpace(needed: number): void {
  const { bavail, bsize } = statfsSync(dirname(to));
  if (bavail * bsize < needed) throw diskFull(to, needed, bavail * bsize);
}
