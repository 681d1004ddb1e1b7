import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { cancelled } from "../errors.ts";
import type { OnProgress } from "./model.ts";

const CHUNK_BYTES = 1 << 20;

/** Lower-case hex SHA-256 of a file, read as a stream. Errors: `cancelled`, those of the file system. */
export async function sha256File(path: string, onProgress?: OnProgress, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  const total = (await stat(path)).size;
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    if (signal?.aborted) throw cancelled("The check of a file was cancelled.");
    hash.update(chunk);
    done += chunk.length;
    onProgress?.({ step: "verify", done, total, unit: "bytes" });
  }
  return hash.digest("hex");
}
