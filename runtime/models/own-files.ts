import { lstat, mkdir, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { RetortError } from "../errors.ts";
import { fileError } from "./file-error.ts";
import { isSafeName, modelFolder } from "./file-name.ts";
import { sha256File } from "./hash.ts";
import type { StoredFile, UnfinishedFile } from "./model.ts";
import { readRecord, storedFile, writeRecord, type FileRecord } from "./record.ts";
import { forgetPart } from "./sources/resume.ts";

const PART_ENDING = ".gguf.part";

export interface Listed {
  files: StoredFile[];
  /** What could not be read, one sentence each. */
  warnings: string[];
}

/** The files that the store itself has brought or made: `<folder>/<id>/<id>-<quant>.gguf`, each with its record beside it. */
export class OwnFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Where a file goes. A made one carries what it was made from, so that it never takes the genuine file's place. */
  pathFor(modelId: string, quant: string, madeFrom?: { quant: string }): string {
    const folder = modelFolder(modelId);
    const name = `${folder}-${quant}${madeFrom === undefined ? "" : `-from-${madeFrom.quant}`}.gguf`;
    if (!isSafeName(name)) throw new RetortError({ code: "bad_file_name", message: `${JSON.stringify(name)} cannot be a file name.`, hint: "Use a plain model name.", status: 400 });
    return join(this.#root, folder, name);
  }

  /** Every file of every model. */
  async all(): Promise<Listed> {
    const folders = (await names(this.#root)).filter((name) => isSafeName(name));
    const lists = await Promise.all(folders.map((folder) => this.#inFolder(folder)));
    return { files: lists.flatMap(({ files }) => files), warnings: lists.flatMap(({ warnings }) => warnings) };
  }

  async of(modelId: string): Promise<Listed> {
    return this.#inFolder(modelFolder(modelId));
  }

  /**
   * The file again, after a cheap look: same size and time as when it was hashed. If not, it is hashed anew.
   * Errors: `hash_mismatch` after moving a changed file to quarantine; `outside_store`.
   */
  async verify(file: StoredFile, signal?: AbortSignal): Promise<StoredFile> {
    await this.#checkInside(file.path);
    const record = await readRecord(recordPath(file.path));
    const { size, mtimeMs } = await stat(file.path);
    if (record === undefined || (record.bytes === size && record.mtimeMs === mtimeMs)) return file;
    const sha256 = await sha256File(file.path, undefined, signal);
    if (sha256 !== record.sha256) throw await this.quarantine(file.path, `Its SHA-256 is ${sha256}; it was ${record.sha256}.`);
    await writeRecord(recordPath(file.path), { ...record, mtimeMs });
    return file;
  }

  /** True for a file in the store's own folders. */
  holds(file: StoredFile): boolean {
    return file.path.startsWith(this.#root + sep);
  }

  /** Makes room for a file at `path`. Errors: `file_exists` when something that has no record stands there. */
  async prepare(path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    // Whoever made a file whose record cannot be read, it is not ours to overwrite.
    const record = await readRecord(recordPath(path)).catch(() => undefined);
    if (record === undefined && (await exists(path))) {
      throw new RetortError({ code: "file_exists", message: `${path} is there already, and Retort did not put it there.`, hint: "Move it away, or use it in place as file:<its path>.", status: 409 });
    }
  }

  /** Makes a finished, checked `.part` file a file of the store. Errors: as {@link prepare}. */
  async adopt(part: string, file: StoredFile): Promise<StoredFile> {
    await this.prepare(file.path);
    const { path, ...fields } = file;
    // Record first: a record without a file counts as nothing, a file without a record would be in the way.
    await writeRecord(recordPath(path), { ...fields, file: basename(path), mtimeMs: (await stat(part)).mtimeMs });
    await rename(part, path);
    return file;
  }

  /** Moves a bad file out of the way, where nothing loads it. Returns the error to throw. */
  async quarantine(path: string, why: string, code = "hash_mismatch"): Promise<RetortError> {
    const folder = join(this.#root, "quarantine");
    const target = join(folder, `${basename(path).replace(/\.part$/, "")}.${Date.now()}.bad`);
    await mkdir(folder, { recursive: true });
    await rename(path, target);
    await rm(recordPath(path), { force: true });
    return new RetortError({ code, message: `${basename(path)} is damaged or not the right file. ${why}`, hint: `It was moved to ${target} and will not be loaded. Pull the model again.`, status: 422 });
  }

  /** Downloads of a model that were begun and can go on. */
  async unfinished(modelId: string): Promise<UnfinishedFile[]> {
    const folder = modelFolder(modelId);
    const parts = (await names(join(this.#root, folder))).filter((name) => name.endsWith(PART_ENDING));
    return Promise.all(parts.map(async (name) => {
      const path = join(this.#root, folder, name);
      return { path, quant: name.slice(folder.length + 1, -PART_ENDING.length), bytes: (await stat(path)).size };
    }));
  }

  async removeUnfinished({ path }: UnfinishedFile): Promise<void> {
    await rm(path, { force: true });
    await forgetPart(path);
  }

  async remove(file: StoredFile): Promise<void> {
    await rm(file.path, { force: true });
    await rm(recordPath(file.path), { force: true });
  }

  async #inFolder(folder: string): Promise<Listed> {
    const listed: Listed = { files: [], warnings: [] };
    const records = (await names(join(this.#root, folder))).filter((name) => name.endsWith(".json") && !name.endsWith(".part.json"));
    for (const name of records) {
      try {
        const record = await readRecord(join(this.#root, folder, name));
        if (record === undefined || modelFolder(record.modelId) !== folder) continue;
        const path = pathOf(this.#root, folder, name, record);
        if (await exists(path)) listed.files.push(storedFile(record, path));
      } catch (error) {
        listed.warnings.push(`The record ${join(folder, name)} was left out: ${(error as Error).message}.`);
      }
    }
    return listed;
  }

  async #checkInside(path: string): Promise<void> {
    const [real, root] = await Promise.all([realpath(path), realpath(this.#root)]);
    if (real.startsWith(root + sep)) return;
    throw new RetortError({ code: "outside_store", message: `${path} is a link to a place outside the model store.`, hint: "Use file:/path for a file that is kept elsewhere.", status: 422 });
  }
}

function pathOf(root: string, folder: string, name: string, record: FileRecord): string {
  if (record.file !== name.replace(/\.json$/, ".gguf")) throw new Error("it belongs to another file");
  return join(root, folder, record.file);
}

function recordPath(path: string): string {
  return path.replace(/(\.gguf)?$/, ".json");
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw fileError(error, folder);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
