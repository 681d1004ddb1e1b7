import type { Disposable } from "../dispose.ts";
import type { AuditStatus } from "../api/types.ts";
import type { AuditSettings } from "./audit-settings.ts";
import { ChainWriter, type UnsealedRecord } from "./chain-writer.ts";
import { applyRetention } from "./retention.ts";

export interface AuditLogOptions {
  /** Folder of the chains. */
  folder: string;
  settings: AuditSettings;
  version: string;
  /** One line for the runtime's own log. */
  warn(line: string): void;
  /** Unix ms; the clock of the machine unless a test has its own. */
  now?(): number;
}

/** Makes a record's fields; called when there is time to hash and to write. */
export type MakeFields = () => Record<string, unknown>;

interface Waiting {
  time: string;
  make: MakeFields;
  weight: number;
}

/** Records are written together after this long: the request that they tell of has its answer already. */
const BATCH_MS = 250;
const RETRY_MS = 5000;
/** Records of one write. */
const MAX_BATCH = 128;
/** What waits while the disk is full. Beyond it records are lost, and counted. */
const MAX_WAITING = 2000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Between two looks for old records, where no file was closed in the meantime. */
const PRUNE_EVERY_MS = 24 * 60 * 60 * 1000;

/**
 * The audit log of one runtime. `append` costs a push onto a list; hashing and writing happen in batches. A log that
 * cannot be written never stops an answer: it warns once, says so in its status, tries again, and tells in the log
 * how many records were lost. It prunes itself after its start, when a file is full, and once a day.
 */
export class AuditLog implements Disposable {
  readonly #options: AuditLogOptions;
  #waiting: Waiting[] = [];
  #weight = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | null = null;
  #writer: ChainWriter | null = null;
  #written = 0;
  #lost = 0;
  /** Lost since the last record that says so. */
  #untold = 0;
  #problem: string | null = null;
  #warned = false;
  #ended = false;
  /** When to look for old records. */
  #pruneAt = 0;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    const { mode } = options.settings;
    this.append(() => ({ kind: "start", version: options.version, mode }));
  }

  get status(): AuditStatus {
    return { mode: this.#options.settings.mode, state: this.#problem === null ? "on" : "failing", written: this.#written, lost: this.#lost, problem: this.#problem };
  }

  /** Takes a record to be written soon. `weight`: bytes that it holds in memory until then. */
  append(make: MakeFields, weight = 0): void {
    if (this.#ended) return;
    if (this.#waiting.length >= MAX_WAITING || this.#weight + weight > MAX_WAITING_BYTES) {
      this.#lost++;
      this.#untold++;
      return;
    }
    this.#waiting.push({ time: new Date().toISOString(), make, weight });
    this.#weight += weight;
    this.#schedule();
  }

  /** Writes what waits and lets go of the files. A disk that is full does not hold the runtime back. */
  async dispose(): Promise<void> {
    if (this.#ended) return;
    this.append(() => ({ kind: "stop" }));
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
    await this.#writer?.dispose();
    this.#writer = null;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#writing !== null || this.#ended) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = null;
        if (this.#waiting.length > 0) this.#schedule();
      });
    }, this.#problem === null ? BATCH_MS : RETRY_MS);
    this.#timer.unref();
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#writeBatch();
      this.#problem = null;
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, MAX_BATCH);
    const untold = this.#untold;
    const records: UnsealedRecord[] = batch.map(({ time, make }) => ({ time, fields: make() }));
    if (untold > 0) records.push({ time: new Date().toISOString(), fields: { kind: "lost", records: untold, problem: this.#problem } });
    if (this.#writer === null) {
      const { writer, found } = await ChainWriter.open(this.#options.folder, this.#options.settings.fileBytes);
      this.#writer = writer;
      if (found !== null) records.unshift({ time: new Date().toISOString(), fields: { kind: "recovered", ...found } });
    }
    const writer = this.#writer;
    const { file } = writer;
    await writer.append(records);
    this.#waiting.splice(0, batch.length);
    this.#weight -= batch.reduce((sum, { weight }) => sum + weight, 0);
    this.#written += records.length;
    this.#untold -= untold;
    await writer.saveHead();
    const now = this.#now();
    if (!this.#ended && (now >= this.#pruneAt || writer.file !== file)) await this.#prune(writer, now);
  }

  /** Lets go of the chain meanwhile: what is pruned must not be written to. The next batch opens it again. */
  async #prune(writer: ChainWriter, now: number): Promise<void> {
    this.#pruneAt = now + PRUNE_EVERY_MS;
    const { folder, settings: { keep }, warn } = this.#options;
    if (keep.days === null && keep.bytes === null) return;
    this.#writer = null;
    await writer.dispose();
    for (const remark of await applyRetention(folder, keep, new Date(now))) warn(remark);
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }

  async #failed(error: unknown): Promise<void> {
    const { code = "error", message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
    this.#problem = code;
    if (!this.#warned) this.#options.warn(`the audit log cannot be written (${code}: ${message}); requests are answered all the same`);
    this.#warned = true;
    // Opened anew for the next try: what a failed write left behind is then found and told.
    const writer = this.#writer;
    this.#writer = null;
    await writer?.dispose().catch(() => undefined);
  }
}
