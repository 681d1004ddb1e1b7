import { readFile } from "node:fs/promises";

import type { MemoryReport } from "./engine.ts";

/** Memory of this process in bytes. Anonymous memory and swap are known on Linux only. */
export async function processMemory(platform: NodeJS.Platform = process.platform): Promise<MemoryReport["process"]> {
  const rss = process.memoryUsage.rss();
  if (platform !== "linux") return { rss, rssAnon: null, swap: null };
  const status = await readFile("/proc/self/status", "utf8");
  return { rss, rssAnon: statusBytes(status, "RssAnon"), swap: statusBytes(status, "VmSwap") };
}

/** The value of a `Name:  123 kB` line of /proc/<pid>/status in bytes; null when there is none. */
export function statusBytes(status: string, name: string): number | null {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
