import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import { badGguf } from "./errors.ts";

/**
 * Opens a plain file for reading, and nothing else: a FIFO or a device neither blocks nor is read.
 * With `within`, the file must really stand in that folder, whatever symbolic links lead there.
 */
export async function openPlainFile(path: string, within?: string): Promise<{ handle: FileHandle; size: number }> {
  const real = await reached(path, within);
  // Non-blocking: opening a FIFO would otherwise wait for a writer for ever. The flag is absent on Windows.
  const handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error: unknown) => { throw openError(path, error); });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw badGguf("gguf_not_a_file", `${path} is not a plain file.`, "Choose a .gguf file.");
  }
  return { handle, size: stat.size };
}

async function reached(path: string, within: string | undefined): Promise<string> {
  try {
    const real = await realpath(path);
    if (within === undefined) return real;
    const way = relative(await realpath(within), real);
    if (way.startsWith("..") || isAbsolute(way)) throw badGguf("gguf_outside_store", `${path} leads out of the model folder.`, "Import the file with `retort pull file:…` instead of linking it.");
    return real;
  } catch (error) {
    throw openError(path, error);
  }
}

function openError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") return badGguf("gguf_not_found", `There is no file ${path}.`, "Pull the model again, or correct the path.");
  if (code === "EACCES" || code === "EPERM" || code === "ELOOP" || code === "ENXIO") {
    return badGguf("gguf_unreadable", `${path} cannot be opened (${code}).`, "Check the file's permissions.");
  }
  return error;
}
