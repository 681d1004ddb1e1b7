import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 100;

/** A process that belongs to a test's home. */
export interface FoundProcess {
  pid: number;
  command: string;
}

/**
 * Processes that were started with `RETORT_HOME=home`: runtimes, engines, kernels and the workbench itself, whoever
 * their parent is by now. Linux only: elsewhere nothing is found.
 */
export function processesOf(home: string): FoundProcess[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    // A process may end, or belong to someone else, between listing and reading: then it is none of ours.
    const environment = readQuietly(`/proc/${name}/environ`);
    if (environment?.split("\0").includes(`RETORT_HOME=${home}`) !== true) return [];
    const command = readQuietly(`/proc/${name}/cmdline`)?.replaceAll("\0", " ").trim() ?? "";
    return command === "" || Number(name) === process.pid ? [] : [{ pid: Number(name), command }];
  });
}

/** Waits until none of them is left; those that are still there after `withinMs`. */
export async function waitForEnd(home: string, withinMs: number): Promise<FoundProcess[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = processesOf(home);
    if (found.length === 0 || performance.now() > deadline) return found;
    await sleep(POLL_MS);
  }
}

/** Sends `signal` to a process, or with a negative number to its group. True if it was there. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
