import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Disposable } from "./dispose.ts";
import { RetortError, cancelled } from "./errors.ts";
import { readTextIfThere } from "./file.ts";

/** Who holds a lock. */
export interface LockHolder {
  pid: number;
  host: string;
  /** When the process started, in the platform's own words: tells a process from a later one with the same pid. Empty where unknown. */
  started: string;
  /** Differs for every acquisition. */
  token: string;
}

export interface LockOptions {
  signal?: AbortSignal;
  /** Give up after this many ms with `lock_timeout`. Default: wait for ever. */
  timeoutMs?: number;
  /** Called once, when somebody else is found to hold the lock. */
  onWait?: (holder: LockHolder) => void;
}

const FIRST_POLL_MS = 20;
const LAST_POLL_MS = 100;
/** What `link` says on a disk without hard links. */
const NO_LINKS: readonly string[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/**
 * Takes the lock file at `path`, which processes of one user share; dispose the result to let go.
 * A lock whose process has died is taken over. A holder on another machine (a home on a network) counts as alive.
 * Errors: `lock_timeout` (503), `cancelled`.
 */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<Disposable> {
  const mine: LockHolder = { pid: process.pid, host: hostname(), started: (await startOf(process.pid)) ?? "", token: randomBytes(8).toString("hex") };
  const deadline = performance.now() + (options.timeoutMs ?? Infinity);
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  for (let poll = FIRST_POLL_MS; ; poll = Math.min(poll * 2, LAST_POLL_MS)) {
    if (options.signal?.aborted) throw cancelled("Waiting for a lock was cancelled.");
    if (await create(path, mine)) return { dispose: () => release(path, mine) };
    const holder = await read(path);
    if (holder === undefined) continue;
    if (await isStale(holder)) {
      await removeStale(path, options.signal);
      continue;
    }
    if (!told) options.onWait?.(holder);
    told = true;
    if (performance.now() >= deadline) throw timedOut(path, holder);
    await pause(Math.min(poll, deadline - performance.now()), options.signal);
  }
}

/** Creates the file with its whole content at once, or not at all: a reader never sees half a holder. */
async function create(path: string, mine: LockHolder): Promise<boolean> {
  const draft = `${path}.${mine.token}`;
  await writeFile(draft, JSON.stringify(mine), { flag: "wx", mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (NO_LINKS.includes(code)) return await createInPlace(path, mine);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Where the disk knows no hard links (exFAT, some shares). A reader within the few microseconds of the write may take it for nobody's. */
async function createInPlace(path: string, mine: LockHolder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(mine), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function release(path: string, mine: LockHolder): Promise<void> {
  if ((await read(path))?.token === mine.token) await rm(path, { force: true });
}

/**
 * Removes a dead process's lock. Only the holder of a second lock may do so, and it looks again first: otherwise two
 * processes could both see the dead lock, and the slower one would remove the lock that the faster one has just made.
 */
async function removeStale(path: string, signal: AbortSignal | undefined): Promise<void> {
  const guard = await acquireLock(`${path}.steal`, signal === undefined ? {} : { signal });
  try {
    const holder = await read(path);
    if (holder !== undefined && (await isStale(holder))) await rm(path, { force: true });
  } finally {
    await guard.dispose();
  }
}

/** A holder that no process can be: what an unreadable lock is taken for. Locks are created whole, so it is the trace of a power cut. */
const NOBODY: LockHolder = { pid: 0, host: hostname(), started: "", token: "" };

async function read(path: string): Promise<LockHolder | undefined> {
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  try {
    const holder = JSON.parse(text) as LockHolder;
    return Number.isInteger(holder.pid) && holder.pid > 0 ? holder : NOBODY;
  } catch {
    return NOBODY;
  }
}

async function isStale(holder: LockHolder): Promise<boolean> {
  if (holder.pid === NOBODY.pid) return true;
  if (holder.host !== hostname()) return false;
  const started = await startOf(holder.pid);
  return started === undefined || started !== holder.started;
}

/** Start time of a running process; undefined when there is none; "" where the platform does not tell cheaply. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return isRunning(pid) ? "" : undefined;
  try {
    const [stat, boot] = await Promise.all([readFile(`/proc/${pid}/stat`, "utf8"), readFile("/proc/sys/kernel/random/boot_id", "utf8")]);
    // The name in field 2 may hold spaces and brackets; state is field 3, start in clock ticks field 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const zombie = fields[0] === "Z" || fields[0] === "X";
    return zombie ? undefined : `${boot.trim()}/${fields[19]}`;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function timedOut(path: string, holder: LockHolder): RetortError {
  return new RetortError({
    code: "lock_timeout",
    message: `${path} is held by process ${holder.pid} on ${holder.host}.`,
    hint: "Wait for it to finish. If that process is gone, delete the file.",
    status: 503,
  });
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(Math.max(ms, 1), undefined, signal === undefined ? {} : { signal });
  } catch {
    throw cancelled("Waiting for a lock was cancelled.");
  }
}
