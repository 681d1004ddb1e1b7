import { rm } from "node:fs/promises";
import { writeFileAtomic } from "../file.ts";
import { logFiles, readLines, type LogLine } from "./audit-files.ts";
import { rawBytes } from "./chain-tail.ts";
import { ChainWriter, lockChain } from "./chain-writer.ts";
import { RetortError } from "../errors.ts";
import { type ChainPoint, openLine, type SealedRecord } from "./sealed-line.ts";
import { type OnRecord, verifyChain } from "./verify.ts";

/** What a pruning would take away. */
export interface PrunePlan {
  chain: string;
  /** Records that go: all up to and with `last`. */
  records: number;
  last: SealedRecord;
  /** The last records of the files that go whole before that. A pruning that is killed half-way ends at one of them. */
  steps: ChainPoint[];
}

/** Whether a record is to go. The records that go are the oldest, up to the first that stays. */
export type Goes = (...record: Parameters<OnRecord>) => boolean;

const PRIVATE = 0o600;

/**
 * The records of a chain older than `before`; null where there are none. The newest record always stays. Rejects with
 * `audit_broken`: to prune a log that does not hold would hide where it was changed.
 */
export function planPrune(chain: string, before: Date): Promise<PrunePlan | null> {
  const limit = before.toISOString();
  return planPruneOf(chain, ({ time }) => time < limit);
}

/** The same for whatever `goes` says. */
export async function planPruneOf(chain: string, goes: Goes): Promise<PrunePlan | null> {
  /** The last record that goes of each file. */
  const ends: Array<{ file: string; record: SealedRecord }> = [];
  let records = 0;
  let ended = false;
  const report = await verifyChain(chain, (record, place) => {
    ended ||= !goes(record, place);
    if (ended) return;
    if (ends.at(-1)?.file === place.file) ends.pop();
    ends.push({ file: place.file, record });
    records++;
  });
  if (report.broken !== null) {
    const { file, line, reason } = report.broken;
    throw new RetortError({ code: "audit_broken", message: `${file}:${line}: ${reason}.`, hint: "Keep this log as evidence: move its folder away, and a new chain begins.", status: 409 });
  }
  const last = ends.pop();
  return last === undefined ? null : { chain, records, last: last.record, steps: ends.map(({ record: { seq, hash } }) => ({ seq, hash })) };
}

/**
 * Takes the planned records away. First an anchor record at the end of the chain says what goes and the hash of the
 * last record that goes, so that the rest still verifies; then files and lines are removed. Rejects with `audit_busy`
 * while a runtime writes the chain.
 */
export async function prune({ chain, records, last, steps }: PrunePlan, now: Date): Promise<void> {
  const lock = await lockChain(chain);
  if (lock === null) {
    throw new RetortError({ code: "audit_busy", message: `A runtime is writing ${chain}.`, hint: "End it first: it ends by itself some minutes after the last notebook and editor are closed.", status: 409 });
  }
  const { writer, found } = await ChainWriter.goOn(chain, lock, Infinity).catch(async (error: unknown) => {
    await lock.dispose();
    throw error;
  });
  try {
    const time = now.toISOString();
    await writer.append([
      ...(found === null ? [] : [{ time, fields: { kind: "recovered", ...found } }]),
      { time, fields: { kind: "anchor", removed: { records, to_seq: last.seq, to_time: last.time, hash: last.hash, ...(steps.length === 0 ? {} : { steps }) } } },
    ]);
    await writer.saveHead();
    await removeUpTo(chain, last.seq);
  } finally {
    await writer.dispose();
  }
}

/** Whole files go; of the file in which the cut lies, the lines that stay are written anew, byte by byte. */
async function removeUpTo(chain: string, seq: number): Promise<void> {
  for (const file of await logFiles(chain)) {
    const lines = await readLines(file);
    const kept = lines.findIndex(({ bytes, whole }) => whole && (openLine(bytes)?.seq ?? 0) > seq);
    if (kept === 0) return;
    if (kept > 0) {
      await writeFileAtomic(file, rawBytes(lines.slice(withHalfBefore(lines, kept))), PRIVATE);
      return;
    }
    await rm(file);
  }
}

/** A half line goes with the record that tells of it. */
function withHalfBefore(lines: readonly LogLine[], kept: number): number {
  let from = kept;
  while (from > 0 && openLine((lines[from - 1] as LogLine).bytes) === null) from--;
  return from;
}
