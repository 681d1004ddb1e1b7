import { mkdir, open, readFile, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readSavedLine, type SavedAnswer } from "../experiment/data/saved-line.ts";
import type { Disposable } from "../../runtime/dispose.ts";
import { asRetortError, RetortError } from "../../runtime/errors.ts";
import { acquireLock, type LockHolder } from "../../runtime/lock.ts";

/** Where lines go; a file but for tests. */
export interface LineTarget {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** What a file of results held when it was opened. */
export interface SavedContent {
  /** By hash of the request; several where the same was asked more than once. */
  answers: Map<string, SavedAnswer[]>;
  lines: number;
  /** Lines that are no results, such as the half line of a crash. */
  unreadable: number;
}

const NOTHING: SavedContent = { answers: new Map(), lines: 0, unreadable: 0 };
/** Larger files of results are not read whole into memory. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * The file of `save:`: one line for each answer, in the system's hands as soon as the answer is there. What cannot be
 * written (a full disk) stays in memory and is tried again with the next line and at the end.
 */
export class ResultsFile {
  readonly content: SavedContent;
  readonly #target: LineTarget;
  #unwritten: string[] = [];
  #problem: unknown = null;
  #isMidLine: boolean;
  #queue: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(target: LineTarget, content: SavedContent, isMidLine: boolean) {
    this.#target = target;
    this.content = content;
    this.#isMidLine = isMidLine;
  }

  /**
   * Makes the file, or with `resume` opens one that may be there. Nothing that is there is ever changed: lines are
   * only added. Until it is closed it is this cell's alone, among all kernels. `shown` is the path for people.
   * Errors: `save_exists`, `save_busy`, `save_failed`.
   */
  static async open(path: string, shown: string, resume: boolean): Promise<ResultsFile> {
    let lock: Disposable | null = null;
    try {
      await mkdir(dirname(path), { recursive: true });
      lock = await lockFile(path, shown);
      const text = await textOf(path, shown);
      if (text.trim() !== "" && !resume) {
        throw failure("save_exists", `${shown} holds results already, and they are never overwritten.`, "Write `resume: on` to add what is missing, or save to another name.");
      }
      const handle = await open(path, "a", 0o644);
      return new ResultsFile(fileTarget(handle, lock), text === "" ? NOTHING : readContent(text), text !== "" && !text.endsWith("\n"));
    } catch (error) {
      await lock?.dispose();
      if (error instanceof RetortError) throw error;
      throw failure("save_failed", `${shown} cannot be written: ${reasonOf(error)}.`, "Choose a folder that you may write to.");
    }
  }

  /** Why lines are not in the file; null while all are. */
  get problem(): string | null {
    return this.#problem === null ? null : reasonOf(this.#problem);
  }

  /** Lines that are in memory only. */
  get unwritten(): number {
    return this.#unwritten.length;
  }

  /** Adds a line. Never rejects; see `problem`. */
  append(line: string): Promise<void> {
    this.#unwritten.push(line);
    return this.#flush();
  }

  /** Tries once more to write what is left, and closes the file. Never rejects; the second time does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#flush();
    try {
      await this.#target.close();
    } catch (error) {
      this.#problem = error;
    }
  }

  #flush(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#write());
    return this.#queue;
  }

  async #write(): Promise<void> {
    // A copy: lines that come while these are being written must not be taken for written.
    const lines = [...this.#unwritten];
    if (lines.length === 0) return;
    try {
      await this.#target.write(`${this.#isMidLine ? "\n" : ""}${lines.join("\n")}\n`);
      this.#isMidLine = false;
      this.#unwritten = this.#unwritten.slice(lines.length);
      this.#problem = null;
    } catch (error) {
      // A part may be in the file; the next attempt begins a line of its own.
      this.#isMidLine = true;
      this.#problem = error;
    }
  }
}

function fileTarget(handle: FileHandle, lock: Disposable): LineTarget {
  return {
    write: (text) => handle.appendFile(text),
    close: async () => {
      try {
        await handle.close();
      } finally {
        await lock.dispose();
      }
    },
  };
}

/** Two writers would ask for the same answers twice and mix their lines. The lock of a kernel that died is taken over. */
async function lockFile(path: string, shown: string): Promise<Disposable> {
  const name = `.${basename(path)}.lock`;
  let holder: LockHolder | undefined;
  try {
    return await acquireLock(join(dirname(path), name), { timeoutMs: 0, onWait: (found) => { holder = found; } });
  } catch (error) {
    if (holder === undefined || asRetortError(error).code !== "lock_timeout") throw error;
    const { pid, host } = holder;
    if (pid === process.pid) throw failure("save_busy", `Another cell is writing to ${shown}.`, "Wait for it, or save to another name.");
    throw failure("save_busy", `Another kernel (process ${pid} on ${host}) is writing to ${shown}.`, `Wait for it, or save to another name. If that process is gone, delete ${name} beside the file.`);
  }
}

async function textOf(path: string, shown: string): Promise<string> {
  try {
    const handle = await open(path, "r");
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw failure("save_failed", `${shown} is not a file.`, "Save to another name.");
      if (stat.size > MAX_BYTES) throw failure("save_failed", `${shown} is too large to go on with.`, "Save to another name.");
    } finally {
      await handle.close();
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function readContent(text: string): SavedContent {
  const answers = new Map<string, SavedAnswer[]>();
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  let unreadable = 0;
  for (const line of lines) {
    const read = readSavedLine(line);
    if (read === null) unreadable++;
    else if (read !== "other") answers.set(read.request, [...(answers.get(read.request) ?? []), read.answer]);
  }
  return { answers, lines: lines.length, unreadable };
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return Object.hasOwn(REASONS, code) ? REASONS[code] as string : error instanceof Error ? error.message.split(",")[0] ?? "" : String(error);
}

/** In the user's words, and without the path that the system's message holds. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full", EDQUOT: "your share of the disk is used up", EACCES: "you may not write there", EPERM: "you may not write there",
  EROFS: "the disk can only be read", EISDIR: "it is a folder", ENOTDIR: "a part of the path is a file", EIO: "the disk reports an error", ENAMETOOLONG: "the name is too long",
};

function failure(code: string, message: string, hint: string): RetortError {
  return new RetortError({ code, message, hint, status: 400, param: "save" });
}
