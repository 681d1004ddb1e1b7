import type { Disposable } from "../../runtime/dispose.ts";

const POLL_MS = 1_000;

/** Calls `onGone` once when the process `pid` has ended. */
export function watchParent(pid: number, onGone: () => void): Disposable {
  const isDirect = process.ppid === pid;
  const timer = setInterval(() => {
    // A direct parent's end shows as a new parent, even where another process has taken over its number.
    const gone = isDirect ? process.ppid !== pid : !isAlive(pid);
    if (!gone) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
  return { dispose: () => clearInterval(timer) };
}

/** True while a process of that number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
