import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { RetortError } from "../errors.ts";
import { sha256File } from "./hash.ts";
import type { GgufFacts, InspectGguf } from "./inspect.ts";
import type { StoredFile } from "./model.ts";
import type { Listed } from "./own-files.ts";
import { precisionOf } from "./quant-name.ts";
import { readRecord, writeRecord, type FileRecord } from "./record.ts";
import type { Finder, ForeignFile } from "./sources/source.ts";

/** A file of another program or of the user, opened: checked, hashed, and read. */
export interface OpenedFile {
  file: StoredFile;
  facts: GgufFacts;
}

/** Model files that others keep on this machine: read in place, never copied, moved or changed. */
export class InstalledFiles {
  readonly #finders: readonly Finder[];
  readonly #records: string;
  readonly #inspect: InspectGguf;
  /** By path: reading a large vocabulary's header takes a while. */
  readonly #opened = new Map<string, OpenedFile & { mtimeMs: number }>();
  readonly #read = new Map<string, { facts: GgufFacts; mtimeMs: number }>();

  /** @param records folder for what is remembered about these files */
  constructor(finders: readonly Finder[], records: string, inspect: InspectGguf) {
    this.#finders = finders;
    this.#records = records;
    this.#inspect = inspect;
  }

  /** Everything the finders see, unopened: `sha256` is what the other program states or we once took, "" where neither. */
  async list(): Promise<Listed> {
    const found = await Promise.all(this.#finders.map((finder) => finder.find()));
    const listed: Listed = { files: [], warnings: found.flatMap((each) => each.warnings) };
    for (const file of found.flatMap((each) => each.files)) {
      try {
        listed.files.push(await this.#unopened(file));
      } catch (error) {
        listed.warnings.push(`${file.id} was left out: ${(error as Error).message}.`);
      }
    }
    return listed;
  }

  /** The file behind `file:/absolute/path.gguf` or another program's id; undefined when there is none. */
  async open(id: string, signal?: AbortSignal): Promise<OpenedFile | undefined> {
    const file = id.startsWith("file:") ? await plainFile(id) : await this.#foreign(id);
    if (file === undefined) return undefined;
    const { mtimeMs } = await stat(file.path);
    const known = this.#opened.get(file.path);
    if (known?.mtimeMs === mtimeMs && known.file.bytes === file.bytes) return known;
    const facts = await this.#inspect(file.path, signal);
    const sha256 = await this.#hash(file, facts.quant, signal);
    const opened = { file: { ...storedFields(file, facts.quant), path: file.path, sha256 }, facts, mtimeMs };
    this.#opened.set(file.path, opened);
    return opened;
  }

  /** What the file's head says, without the hash that {@link open} takes: quick also for a large file. Undefined when there is none. */
  async facts(id: string, signal?: AbortSignal): Promise<GgufFacts | undefined> {
    const file = id.startsWith("file:") ? await plainFile(id) : await this.#foreign(id);
    if (file === undefined) return undefined;
    const { mtimeMs } = await stat(file.path);
    const known = this.#opened.get(file.path) ?? this.#read.get(file.path);
    if (known?.mtimeMs === mtimeMs) return known.facts;
    const facts = await this.#inspect(file.path, signal);
    this.#read.set(file.path, { facts, mtimeMs });
    return facts;
  }

  async #foreign(id: string): Promise<ForeignFile | undefined> {
    const finder = this.#finders.find(({ scheme }) => id.startsWith(`${scheme}:`));
    return (await finder?.find())?.files.find((file) => file.id === id);
  }

  async #unopened(file: ForeignFile): Promise<StoredFile> {
    const record = await this.#remembered(file);
    return { ...storedFields(file, record?.quant ?? file.quant ?? "unknown"), path: file.path, sha256: record?.sha256 ?? file.sha256 ?? "" };
  }

  async #hash(file: ForeignFile, quant: string, signal: AbortSignal | undefined): Promise<string> {
    const known = await this.#remembered(file);
    if (known !== undefined) return known.sha256;
    const { mtimeMs } = await stat(file.path);
    const sha256 = await sha256File(file.path, undefined, signal);
    if (file.sha256 !== undefined && file.sha256 !== sha256) {
      throw new RetortError({ code: "hash_mismatch", message: `${file.id} is damaged: its SHA-256 is ${sha256}, not ${file.sha256}.`, hint: "Download it again with the program that keeps it.", status: 422 });
    }
    await writeRecord(this.#recordPath(file.path), { ...storedFields(file, quant), sha256, file: file.path, mtimeMs });
    return sha256;
  }

  /** The record, while the file has the size and time it had then. */
  async #remembered(file: ForeignFile): Promise<FileRecord | undefined> {
    // Only a memory of a hash: a broken one is as good as none, and is written anew.
    const record = await readRecord(this.#recordPath(file.path)).catch(() => undefined);
    const { mtimeMs } = await stat(file.path);
    return record?.file === file.path && record.bytes === file.bytes && record.mtimeMs === mtimeMs ? record : undefined;
  }

  #recordPath(path: string): string {
    return join(this.#records, `${createHash("sha256").update(path).digest("hex").slice(0, 32)}.json`);
  }
}

function storedFields({ id, bytes }: ForeignFile, quant: string): Omit<StoredFile, "path" | "sha256"> {
  return { modelId: id, precision: precisionOf(quant), quant, bytes, origin: id };
}

async function plainFile(id: string): Promise<ForeignFile | undefined> {
  try {
    const path = await realpath(id.slice("file:".length));
    const info = await stat(path);
    return info.isFile() ? { id, path, bytes: info.size } : undefined;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
