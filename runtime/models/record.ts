import { readTextIfThere, writeFileAtomic } from "../file.ts";
import type { StoredFile } from "./model.ts";

/** What is known about a file, kept as JSON: beside the store's own files, and in `records/` for files read in place. */
export interface FileRecord extends Omit<StoredFile, "path"> {
  /** Name beside the record, or the absolute path of a file read in place. */
  file: string;
  /** Modification time when the hash was taken, ms. With the size, it tells cheaply whether the file is still the same. */
  mtimeMs: number;
}

/** The record at `path`; undefined when there is none. Errors: plain ones that say what is wrong with it. */
export async function readRecord(path: string): Promise<FileRecord | undefined> {
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  const record = JSON.parse(text) as FileRecord;
  if (!isRecord(record)) throw new Error(`${path} is not a model record`);
  return record;
}

export async function writeRecord(path: string, record: FileRecord): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The public part of a record. */
export function storedFile({ file: _file, mtimeMs: _mtimeMs, ...fields }: FileRecord, path: string): StoredFile {
  return { ...fields, path };
}

function isRecord(value: FileRecord | null): boolean {
  if (typeof value !== "object" || value === null) return false;
  const texts = [value.modelId, value.quant, value.file, value.origin].every((field) => typeof field === "string" && field !== "");
  const precise = ["fp16", "int8", "q4"].includes(value.precision);
  const hashes = [value.sha256, value.madeFrom?.sha256 ?? value.sha256].every((hash) => /^[0-9a-f]{64}$/.test(hash));
  return texts && precise && hashes && Number.isSafeInteger(value.bytes) && Number.isFinite(value.mtimeMs);
}
