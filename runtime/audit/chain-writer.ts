import { mkdir, open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

import type { Disposable } from "../dispose.ts";
import { RetortError } from "../errors.ts";
import { writeFileAtomic } from "../file.ts";
import { acquireLock } from "../lock.ts";
import { fileNumber, headFile, lockFile, logFile } from "./audit-files.ts";
import { readTail, type Recovered } from "./chain-tail.ts";
import { type ChainPoint, sealLine } from "./sealed-line.ts";

/** A record before it has its place in the chain. */
export interface UnsealedRecord {
  /** UTC, ISO 8601. */
  time: string;
  /** `kind` and whatever belongs to it. */
  fields: Record<string, unknown>;
}

/** Runtimes of one user that write at the same time; in a house with more, the last ones do not log. */
const MAX_CHAINS = 64;
const PRIVATE = 0o600;

/**
 * The writing end of one chain. Only the holder of the chain's lock has one, and it only ever appends; a write that
 * fails half-way is taken back, so that the file ends with a whole line.
 */
export class ChainWriter implements Disposable {
  readonly #folder: string;
  readonly #lock: Disposable;
  readonly #maxBytes: number;
  #file: FileHandle;
  #number: number;
  #bytes: number;
  #point: ChainPoint;

  private constructor(folder: string, lock: Disposable, maxBytes: number, at: { file: FileHandle; number: number; bytes: number; point: ChainPoint }) {
    this.#folder = folder;
    this.#lock = lock;
    this.#maxBytes = maxBytes;
    this.#file = at.file;
    this.#number = at.number;
    this.#bytes = at.bytes;
    this.#point = at.point;
  }

  /**
   * Opens the first chain of `folder` that nobody else writes, and goes on after its last whole record. What it found
   * wrong there is for the caller to record. Files turn over at `maxBytes`.
   */
  static async open(folder: string, maxBytes: number): Promise<{ writer: ChainWriter; found: Recovered | null }> {
    for (let number = 1; number <= MAX_CHAINS; number++) {
      const chain = join(folder, String(number));
      await mkdir(chain, { recursive: true, mode: 0o700 });
      const lock = await lockChain(chain);
      if (lock === null) continue;
      try {
        return await ChainWriter.goOn(chain, lock, maxBytes);
      } catch (error) {
        await lock.dispose();
        throw error;
      }
    }
    throw new RetortError({ code: "audit_busy", message: `${MAX_CHAINS} runtimes write to ${folder} already.`, status: 503 });
  }

  /** Goes on with a chain whose lock the caller holds and hands over. */
  static async goOn(chain: string, lock: Disposable, maxBytes: number): Promise<{ writer: ChainWriter; found: Recovered | null }> {
    const tail = await readTail(chain);
    const number = tail.file === null ? 1 : fileNumber(tail.file);
    const file = await open(logFile(chain, number), "a", PRIVATE);
    try {
      // The line that a killed process began must not run into ours.
      if (tail.open) await file.appendFile("\n");
      const { size } = await file.stat();
      const writer = new ChainWriter(chain, lock, maxBytes, { file, number, bytes: size, point: tail.point });
      // Before the first record, so that a missing head always means that somebody took it away.
      if (tail.point.seq === 0 && tail.findings === null) await writer.saveHead();
      return { writer, found: tail.findings };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Appends records in order, all or none. A failed write rejects and leaves the chain where it was. */
  async append(records: readonly UnsealedRecord[]): Promise<void> {
    let point = this.#point;
    let text = "";
    for (const { fields, time } of records) {
      const sealed = sealLine(fields, time, point);
      text += `${sealed.line}\n`;
      point = sealed.point;
    }
    const bytes = Buffer.from(text);
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes) await this.#turnOver();
    try {
      await this.#file.appendFile(bytes);
    } catch (error) {
      // Where even this fails, the next opening finds the half line and says so.
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += bytes.length;
    this.#point = point;
  }

  /** Number of the file that is being written. */
  get file(): number {
    return this.#number;
  }

  /** Notes how far the chain reaches. After the records: a head that runs ahead of them would look like records taken away. */
  async saveHead(): Promise<void> {
    await writeFileAtomic(headFile(this.#folder), `${JSON.stringify(this.#point)}\n`, PRIVATE);
  }

  async dispose(): Promise<void> {
    await this.#file.close().finally(() => this.#lock.dispose());
  }

  async #turnOver(): Promise<void> {
    const next = await open(logFile(this.#folder, this.#number + 1), "ax", PRIVATE);
    await this.#file.close();
    this.#file = next;
    this.#number++;
    this.#bytes = 0;
  }
}

/** Takes a chain's lock without waiting; null while a living process holds it. */
export async function lockChain(chain: string): Promise<Disposable | null> {
  try {
    return await acquireLock(lockFile(chain), { timeoutMs: 0 });
  } catch (error) {
    if (error instanceof RetortError && error.code === "lock_timeout") return null;
    throw error;
  }
}
