import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * Physical cores this process may use. Two hardware threads of one core share its arithmetic units, so inference
 * gains nothing from the second one.
 */
export function physicalCores(platform: NodeJS.Platform = process.platform): number {
  const logical = availableParallelism();
  const physical = platform === "linux" ? countCores(readFileSync("/proc/cpuinfo", "utf8")) : null;
  return Math.max(1, Math.min(physical ?? logical, logical));
}

/** Distinct (socket, core) pairs in the text of /proc/cpuinfo; null where it does not name them. */
export function countCores(cpuinfo: string): number | null {
  const cores = new Set<string>();
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    const socket = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) cores.add(`${socket ?? 0}/${core}`);
  }
  return cores.size === 0 ? null : cores.size;
}
