import { basename } from "node:path";
import type { FileHandle } from "node:fs/promises";
import { cancelled, RetortError } from "../../errors.ts";
import { checkModel } from "./check.ts";
import { HeaderIncomplete } from "./cursor.ts";
import type { GgufFile, GgufHeader } from "./gguf.ts";
import { parseHeader } from "./header.ts";
import type { HeaderSource } from "./header.ts";
import { openPlainFile } from "./source-file.ts";
import { checkJoined, checkPart, partPaths } from "./split.ts";

/** First read; nearly every head fits. Doubled until it does, up to MAX_HEADER_BYTES. */
const FIRST_READ_BYTES = 8 * 1024 * 1024;

export interface ReadOptions {
  /** The file was cut off behind its head on purpose: do not ask for its tensor data or its further parts. */
  headerOnly?: boolean;
  /** The file must really stand in this folder. */
  within?: string;
}

/**
 * Reads and checks the head of a GGUF model, never its weights. A split model is read whole, from its first part.
 * Any file is safe to give. Throws a RetortError: `gguf_…` with status 422 for a file that must not reach native code.
 */
export async function readGguf(path: string, signal?: AbortSignal, options: ReadOptions = {}): Promise<GgufFile> {
  const first = await readPart(path, signal, options);
  return naming(path, async () => {
    const parts = options.headerOnly ? [path] : partPaths(path, first.header);
    const tensors = [...first.header.tensors];
    let size = first.size;
    for (const [index, part] of parts.entries()) {
      if (index === 0) continue;
      const next = await readPart(part, signal, options);
      checkPart(next.header, index, parts.length);
      tensors.push(...next.header.tensors);
      size += next.size;
    }
    checkJoined(tensors);
    const file = { ...first.header, tensors, path, parts, size };
    checkModel(file);
    return file;
  });
}

/** The head of one well-formed file, whatever it holds: that it is a model is not checked. Throws `gguf_…`. */
export async function readGgufHeader(path: string, signal?: AbortSignal): Promise<{ header: GgufHeader; size: number }> {
  return readPart(path, signal, {});
}

async function readPart(path: string, signal: AbortSignal | undefined, options: ReadOptions): Promise<{ header: GgufHeader; size: number }> {
  const { handle, size } = await openPlainFile(path, options.within);
  try {
    const source = { path, size, dataPresent: !options.headerOnly };
    return await naming(path, async () => ({ header: await readHeader(handle, source, signal), size }));
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, source: HeaderSource, signal: AbortSignal | undefined): Promise<GgufHeader> {
  for (let length = FIRST_READ_BYTES; ; length *= 2) {
    if (signal?.aborted) throw cancelled("Reading the model file was cancelled.");
    const wanted = Math.min(length, source.size);
    const bytes = await readStart(handle, wanted);
    const size = bytes.length < wanted ? bytes.length : source.size;
    try {
      return parseHeader(bytes, { ...source, size });
    } catch (error) {
      if (!(error instanceof HeaderIncomplete)) throw error;
    }
  }
}

/** Up to `length` bytes from the start; fewer only where the file ended meanwhile. */
async function readStart(handle: FileHandle, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Puts the file's name in front of what is wrong with it. */
async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RetortError) || error.message.includes(basename(path))) throw error;
    throw new RetortError({ ...error.fields(), message: `${basename(path)}: ${error.message}` }, { cause: error });
  }
}
