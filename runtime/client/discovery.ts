import { rm } from "node:fs/promises";
import { join } from "node:path";

import { readTextIfThere, writeFileAtomic } from "../file.ts";
import type { RetortPaths } from "../paths.ts";

/** What the discovery file tells about the running runtime. Readable by its user only: it holds the token. */
export interface RuntimeRecord {
  url: string;
  token: string;
  pid: number;
  version: string;
  /** ISO 8601. */
  startedAt: string;
}

export function recordPath(paths: RetortPaths): string {
  return join(paths.state, "runtime.json");
}

/** The record, or null where there is none or it cannot be understood. */
export async function readRecord(paths: RetortPaths): Promise<RuntimeRecord | null> {
  const text = await readTextIfThere(recordPath(paths));
  if (text === undefined) return null;
  return parseRecord(text);
}

export async function writeRecord(paths: RetortPaths, record: RuntimeRecord): Promise<void> {
  await writeFileAtomic(recordPath(paths), `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

/** Removes the record of process `pid`; another runtime's record stays. */
export async function removeRecord(paths: RetortPaths, pid: number): Promise<void> {
  const record = await readRecord(paths);
  if (record?.pid === pid) await rm(recordPath(paths), { force: true });
}

function parseRecord(text: string): RuntimeRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const record = value as Partial<RuntimeRecord> | null;
  const complete = typeof record?.url === "string" && typeof record.token === "string" && typeof record.pid === "number"
    && typeof record.version === "string" && typeof record.startedAt === "string";
  return complete ? (record as RuntimeRecord) : null;
}
