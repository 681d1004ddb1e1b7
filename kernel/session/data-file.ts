import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DataSource } from "../cells/data.ts";
import type { PromptSettings } from "../cells/settings.ts";
import { parseRows, rowsFrom } from "../experiment/data/parse-rows.ts";
import type { DataRow } from "../experiment/data/row.ts";
import { selectRows } from "../experiment/data/select-rows.ts";
import { DEFAULT_SEED } from "../experiment/plan.ts";
import { RetortError } from "../../runtime/errors.ts";

/** Rows of a data set as they were when the cell began. */
export interface DataSet {
  rows: DataRow[];
  /** For the record of the output; null for rows that stand in the cell. */
  file: { path: string; sha256: string; total: number } | null;
  /** What a reader must know of the file now that the cell has ended; null: it is the same. */
  changeNote(): Promise<string | null>;
}

/** Larger files do not fit beside a model. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Reads the rows that the settings ask for; paths are relative to `folder`. Null without `data:`. Errors: `data_missing`, `data_unreadable`, `bad_data`, `unknown_column`, `no_rows`. */
export async function loadData({ data, where, sample, limit, seed }: PromptSettings, folder: string): Promise<DataSet | null> {
  if (data === undefined) return null;
  const selection = { where, sample, limit, seed: seed ?? DEFAULT_SEED };
  if (data.kind === "rows") return { rows: selectRows(rowsFrom(data.rows), selection), file: null, changeNote: async () => null };
  const bytes = await bytesOf(data, folder);
  const all = parseRows(textOf(bytes, data.path), data.format);
  const sha256 = hash(bytes);
  return {
    rows: selectRows(all, selection),
    file: { path: data.path, sha256, total: all.length },
    changeNote: () => changeNote(data.path, folder, sha256),
  };
}

async function bytesOf({ path }: Extract<DataSource, { kind: "file" }>, folder: string): Promise<Buffer> {
  const whole = resolve(folder, path);
  try {
    const { size } = await stat(whole);
    if (size > MAX_BYTES) throw failure("data_unreadable", `${path} has ${Math.ceil(size / 1024 / 1024)} MB; data files may have ${MAX_BYTES / 1024 / 1024} MB.`, "Take the part that you need into a file of its own.");
    return await readFile(whole);
  } catch (error) {
    if (error instanceof RetortError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") throw failure("data_missing", `There is no file ${path}.`, "Paths begin in the notebook's folder.");
    throw failure("data_unreadable", `${path} cannot be read${code === "EISDIR" ? ": it is a folder" : code === undefined ? "" : ` (${code})`}.`, "Check the file and who may read it.");
  }
}

function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw failure("data_unreadable", `${path} is not UTF-8 text.`, "Save the file as UTF-8.");
  }
}

async function changeNote(path: string, folder: string, sha256: string): Promise<string | null> {
  try {
    return hash(await readFile(resolve(folder, path))) === sha256 ? null : `${path} has changed while the cell ran: these answers are about the file as it was when the cell began.`;
  } catch {
    return `${path} has vanished while the cell ran: these answers are about the file as it was when the cell began.`;
  }
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function failure(code: string, message: string, hint: string): RetortError {
  return new RetortError({ code, message, hint, status: 400, param: "data" });
}
