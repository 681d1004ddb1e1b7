import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { cancelled } from "../../errors.ts";
import { fileError } from "../file-error.ts";

/**
 * Lets `work` fill a new file beside `path`, puts it on the disk and only then gives it the name `path`.
 * After an error or an abort nothing is left behind, and `path` is as before.
 */
export async function replaceFile<T>(path: string, work: (temporary: string) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await (await open(temporary, "wx", 0o644)).close();
    const result = await work(temporary);
    await unlessAborted(putOnDisk(temporary), signal);
    await rename(temporary, path);
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileError(error, path);
  }
}

/** Waits until the file's data is safe from a power cut: a rename may otherwise outlive what it names. */
async function putOnDisk(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `promise`, or a `cancelled` error as soon as the signal aborts: a slow disk must not hold up a cancel. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(cancelled());
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener("abort", abort);
  }
}
