import { mkdir, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "../../runtime/file.ts";
import { plainReply, readReply } from "../experiment/data/saved-reply.ts";
import type { ModelReply } from "../experiment/model.ts";

/** Answers on disk for `cache: on`. A key is the SHA-256 of everything that decides an answer. */
export class AnswerCache {
  readonly folder: string;
  readonly #maxBytes: number;

  constructor(folder: string, maxBytes = MAX_CACHE_BYTES) {
    this.folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Null where there is none, or none that can be read. */
  async find(key: string): Promise<ModelReply | null> {
    const path = this.#path(key);
    try {
      const value = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
      const now = new Date();
      // The oldest are removed first; what is used is not old.
      await utimes(path, now, now);
      return readReply(value);
    } catch {
      return null;
    }
  }

  async store(key: string, reply: ModelReply): Promise<void> {
    await writeFileAtomic(this.#path(key), JSON.stringify(plainReply(reply)), 0o600);
  }

  /** Removes the answers that were not used for longest, until the rest fits. Returns how many. */
  async trim(): Promise<number> {
    const files = (await this.#files()).sort((a, b) => b.usedMs - a.usedMs);
    let bytes = 0;
    const old = files.filter((file) => (bytes += file.bytes) > this.#maxBytes);
    for (const { path } of old) await rm(path, { force: true });
    return old.length;
  }

  async size(): Promise<{ answers: number; bytes: number }> {
    const files = await this.#files();
    return { answers: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #path(key: string): string {
    return join(this.folder, key.slice(0, 2), `${key}.json`);
  }

  async #files(): Promise<Array<{ path: string; bytes: number; usedMs: number }>> {
    await mkdir(dirname(this.folder), { recursive: true });
    const found = [];
    for (const group of await namesIn(this.folder)) {
      for (const name of await namesIn(join(this.folder, group))) {
        const path = join(this.folder, group, name);
        const info = await stat(path).catch(() => null);
        if (info?.isFile() === true) found.push({ path, bytes: info.size, usedMs: info.mtimeMs });
      }
    }
    return found;
  }
}

/** About a hundred thousand short answers. */
export const MAX_CACHE_BYTES = 256 * 1024 * 1024;

/** Where the cache of a user lies below the state folder. */
export function cacheFolder(state: string): string {
  return join(state, "answers");
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
