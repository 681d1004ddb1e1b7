import { readdirSync, readFileSync } from "node:fs";
import { statusBytes } from "../../../runtime/engine/process-memory.ts";

/** What the system knows of a process now. Linux only. */
export interface ProcessFacts {
  /** Memory that belongs to it alone and not to a file, with what was swapped out, bytes. */
  anonymous: number;
  /** Open file handles. */
  handles: number;
}

/** Throws where the process is gone. */
export function processFacts(pid: number): ProcessFacts {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return { anonymous: (statusBytes(status, "RssAnon") ?? Number.NaN) + (statusBytes(status, "VmSwap") ?? 0), handles: readdirSync(`/proc/${pid}/fd`).length };
}

/** The engine that a runtime has started: the child whose command names it. */
export function engineOf(runtimePid: number): number {
  const children = readFileSync(`/proc/${runtimePid}/task/${runtimePid}/children`, "utf8").trim().split(/\s+/);
  const pid = children.map(Number).find((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("engine"));
  if (pid === undefined) throw new Error("The runtime has no engine process.");
  return pid;
}
