import { randomInt } from "node:crypto";
import { appendFile, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, type Json } from "./message.ts";
import { queryHistory, type HistoryEntry, type HistoryRow } from "./history-query.ts";

/** A file of this size is put aside and a new one begun; at most two are kept. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;
/** Longest input or output remembered, in UTF-16 units. */
const MAX_TEXT = 20_000;
/** Cells of this session kept in memory, where they outlive a full or read-only disk. */
const MAX_OWN = 1_000;
/** A lock older than this was left by a kernel that died. */
const STALE_LOCK_MS = 10_000;

/** What the kernel needs of its history. */
export interface HistoryStore {
  append(line: number, input: string, output: string | undefined): void;
  query(request: Json): Promise<HistoryRow[]>;
  /** Resolves when everything appended so far is on disk. */
  flush(): Promise<void>;
}

/**
 * History as JSON Lines in `folder`, shared by all kernels of a user: each line is appended by one write, so that lines
 * of two kernels do not mix, and reading sees both. Trouble with the disk is logged once and never fails a cell.
 */
export class FileHistory implements HistoryStore {
  /** Later kernels have larger numbers; the random digits part two that start in the same millisecond. */
  readonly session = Date.now() * 1000 + randomInt(1000);
  readonly #folder: string;
  readonly #log: (line: string) => void;
  readonly #maxBytes: number;
  readonly #own: HistoryEntry[] = [];
  #writing: Promise<void> = Promise.resolve();
  #broken = false;

  constructor(folder: string, log: (line: string) => void, maxBytes = MAX_FILE_BYTES) {
    this.#folder = folder;
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  append(line: number, input: string, output: string | undefined): void {
    const entry: HistoryEntry = { session: this.session, line, input: input.slice(0, MAX_TEXT) };
    if (output !== undefined) entry.output = output.slice(0, MAX_TEXT);
    this.#own.push(entry);
    if (this.#own.length > MAX_OWN) this.#own.shift();
    this.#writing = this.#writing.then(() => this.#write(entry)).catch((error: unknown) => this.#report(error));
  }

  async query(request: Json): Promise<HistoryRow[]> {
    await this.flush();
    const stored = [...(await this.#read(this.#older)), ...(await this.#read(this.#newer))];
    const entries = [...stored.filter((entry) => entry.session !== this.session), ...this.#own];
    entries.sort((a, b) => a.session - b.session || a.line - b.line);
    return queryHistory(entries, request, this.session);
  }

  flush(): Promise<void> {
    return this.#writing;
  }

  get #newer(): string {
    return join(this.#folder, "history.jsonl");
  }

  get #older(): string {
    return join(this.#folder, "history-old.jsonl");
  }

  async #write(entry: HistoryEntry): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await appendFile(this.#newer, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    if (await this.#isFull()) await this.#rotate();
  }

  async #isFull(): Promise<boolean> {
    const found = await stat(this.#newer).catch(ifMissing);
    return found !== undefined && found.size > this.#maxBytes;
  }

  /** Puts the full file aside. Of two kernels that get here together, the second finds a lock or a file that is not full. */
  async #rotate(): Promise<void> {
    const lock = join(this.#folder, "history.lock");
    const held = await open(lock, "wx").catch((error: NodeJS.ErrnoException) => (error.code === "EEXIST" ? undefined : Promise.reject(error)));
    if (held === undefined) {
      const other = await stat(lock).catch(ifMissing);
      if (other !== undefined && Date.now() - other.mtimeMs > STALE_LOCK_MS) await rm(lock, { force: true });
      return;
    }
    try {
      if (await this.#isFull()) await rename(this.#newer, this.#older);
    } finally {
      await held.close();
      await rm(lock, { force: true });
    }
  }

  async #read(path: string): Promise<HistoryEntry[]> {
    try {
      const text = await readFile(path, "utf8").catch(ifMissing);
      return (text ?? "").split("\n").flatMap(parseEntry);
    } catch (error) {
      this.#report(error);
      return [];
    }
  }

  #report(error: unknown): void {
    if (!this.#broken) this.#log(`History is not kept on disk: ${error instanceof Error ? error.message : String(error)}`);
    this.#broken = true;
  }
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

/** The entry in one line; nothing for a line cut short by a crash or a full disk. */
function parseEntry(line: string): HistoryEntry[] {
  if (line === "") return [];
  try {
    const value: unknown = JSON.parse(line);
    if (!isJsonObject(value) || typeof value.session !== "number" || typeof value.line !== "number" || typeof value.input !== "string") return [];
    const entry: HistoryEntry = { session: value.session, line: value.line, input: value.input };
    return [typeof value.output === "string" ? { ...entry, output: value.output } : entry];
  } catch {
    return []; // Not JSON: the rest of the file is still good.
  }
}
