import { open, stat } from "node:fs/promises";
import { asRetortError } from "../errors.ts";
import { chainFolders, logFiles } from "./audit-files.ts";
import type { Retention } from "./audit-settings.ts";
import { lockChain } from "./chain-writer.ts";
import { type Goes, planPruneOf, prune } from "./prune.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The time stands at the beginning of a line. */
const TIME = /^\{"v":1,"seq":\d+,"time":"([^"]{20,30})"/;
const HEAD_BYTES = 120;

/**
 * Prunes every chain of `folder` that nobody writes at this moment: records that are older than `keep.days`, and the
 * oldest files beyond `keep.bytes`. What stays still verifies. A log that does not hold is left as it is. Never
 * rejects; gives one line for each chain that could not be pruned.
 */
export async function applyRetention(folder: string, keep: Retention, now: Date): Promise<string[]> {
  const remarks: string[] = [];
  for (const chain of await chainFolders(folder)) {
    try {
      await pruneChain(chain, keep, now);
    } catch (error) {
      const { code, message } = asRetortError(error);
      // Whoever has begun to write it prunes it.
      if (code !== "audit_busy") remarks.push(`old records of the audit log stay where they are: ${message}`);
    }
  }
  return remarks;
}

async function pruneChain(chain: string, keep: Retention, now: Date): Promise<void> {
  const goes = await whatGoes(chain, keep, now);
  if (goes === null || !(await isFree(chain))) return;
  const plan = await planPruneOf(chain, goes);
  if (plan !== null) await prune(plan, now);
}

/** Null: nothing. Told by sizes and by the first time in the log; the records are read only where something goes. */
async function whatGoes(chain: string, { days, bytes }: Retention, now: Date): Promise<Goes | null> {
  const files = await logFiles(chain);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const large = new Set(files.slice(0, filesBeyond(sizes, bytes ?? Infinity)));
  const limit = days === null ? "" : new Date(now.getTime() - days * DAY_MS).toISOString();
  // A day late, so that a log of many starts is read through once a day at most.
  const isOld = days !== null && (await firstTime(files[0])) < new Date(now.getTime() - (days + 1) * DAY_MS).toISOString();
  return large.size === 0 && !isOld ? null : ({ time }, { file }) => large.has(file) || time < limit;
}

/** How many of the oldest files go so that the rest has at most `limit` bytes. The last one is being written, and stays. */
export function filesBeyond(sizes: readonly number[], limit: number): number {
  let rest = sizes.reduce((sum, size) => sum + size, 0);
  let count = 0;
  while (rest > limit && count < sizes.length - 1) rest -= sizes[count++] ?? 0;
  return count;
}

/** When the oldest record was written; what no time is begins with no digit, and is never old. */
async function firstTime(file: string | undefined): Promise<string> {
  const none = "none";
  if (file === undefined) return none;
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return TIME.exec(buffer.toString("latin1", 0, bytesRead))?.[1] ?? none;
  } finally {
    await handle.close();
  }
}

async function isFree(chain: string): Promise<boolean> {
  const lock = await lockChain(chain);
  await lock?.dispose();
  return lock !== null;
}
