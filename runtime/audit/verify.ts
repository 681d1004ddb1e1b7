import { logFiles, readHead, readLines } from "./audit-files.ts";
import type { Recovered } from "./chain-tail.ts";
import { type ChainPoint, GENESIS, openLine, type SealedRecord, sha256 } from "./sealed-line.ts";

/** A place in the log at which the chain does not hold. */
export interface Break {
  file: string;
  /** 1-based; 0 where no line is at fault but what is not there. */
  line: number;
  /** Number of the record at fault, or of the first one that is missing. */
  seq: number;
  reason: string;
}

export interface ChainReport {
  chain: string;
  records: number;
  files: number;
  first: SealedRecord | null;
  last: SealedRecord | null;
  /** The first place that does not hold; null: all of it does. */
  broken: Break | null;
  /** What is in order but worth knowing: half lines of killed processes, lost records, prunings. */
  notes: string[];
}

/** Called for every record whose own hash is right, in the order of the files. */
export type OnRecord = (record: SealedRecord, place: { file: string; line: number }) => void;

const LINE_FEED = 0x0a;

/**
 * Reads one chain from end to end and checks every byte of it: each line's own hash, the link to the line before, the
 * numbers, the half lines that killed processes left, what was pruned, and that the head file's record is there.
 * A record that was cut off at the end is found by the head file; where that is cut back to match, nothing inside the
 * folder tells. `expected` is a head that somebody noted elsewhere.
 */
export async function verifyChain(chain: string, onRecord: OnRecord = () => undefined, expected?: ChainPoint): Promise<ChainReport> {
  const reader = new ChainReader(onRecord);
  // First, because a runtime may be writing: records that the head does not know yet are no fault.
  const head = await readHead(chain);
  const files = await logFiles(chain);
  for (const file of files) {
    for (const { bytes, number, whole } of await readLines(file)) reader.line(file, number, bytes, whole);
  }
  return { chain, files: files.length, ...reader.finish(head, files.at(-1) ?? chain, expected) };
}

class ChainReader {
  readonly #onRecord: OnRecord;
  readonly #notes: string[] = [];
  /** Hashes by number, for heads and anchors. */
  readonly #hashes = new Map<number, string>();
  #records = 0;
  #first: { record: SealedRecord; file: string; line: number } | null = null;
  #last: SealedRecord | null = null;
  #broken: Break | null = null;
  /** Bytes since the last whole record. */
  #pending: Buffer[] = [];
  #pendingAt: { file: string; line: number } | null = null;
  #anchors: ChainPoint[] = [];

  constructor(onRecord: OnRecord) {
    this.#onRecord = onRecord;
  }

  line(file: string, line: number, bytes: Buffer, whole: boolean): void {
    const record = whole ? openLine(bytes) : null;
    if (record === null) {
      this.#pending.push(bytes, ...(whole ? [Buffer.from("\n")] : []));
      this.#pendingAt ??= { file, line };
      return;
    }
    this.#settlePending(record);
    this.#link(record, file, line);
    this.#look(record, file, line);
    this.#records++;
    this.#first ??= { record, file, line };
    this.#last = record;
    this.#hashes.set(record.seq, record.hash);
    this.#onRecord(record, { file, line });
  }

  finish(head: ChainPoint | "missing" | "unreadable", lastFile: string, expected: ChainPoint | undefined): Omit<ChainReport, "chain" | "files"> {
    const last = this.#last;
    const end = { file: lastFile, line: 0 };
    if (this.#pendingAt !== null) {
      const half = Buffer.concat(this.#pending);
      if (half.includes(LINE_FEED)) this.#break(this.#pendingAt, this.#nextSeq, "the line is not a whole record, or its bytes were changed");
      else this.#notes.push(`The last line is not whole (${half.length} bytes): its writer was killed, or writes at this moment.`);
    }
    this.#checkBeginning();
    if (head === "missing" || head === "unreadable") {
      if (this.#records > 0 || head === "unreadable") this.#break(end, this.#nextSeq, `head.json is ${head}: whether records are missing at the end cannot be told`);
    } else this.#checkHead(head, end, "head.json");
    if (expected !== undefined) this.#checkHead(expected, end, "the head that was given");
    return { records: this.#records, first: this.#first?.record ?? null, last, broken: this.#broken, notes: this.#notes };
  }

  get #nextSeq(): number {
    return (this.#last?.seq ?? 0) + 1;
  }

  /** The first break counts; all after it may follow from it. */
  #break(at: { file: string; line: number }, seq: number, reason: string): void {
    this.#broken ??= { ...at, seq, reason };
  }

  /** What stands between two records must be the half line of a killed process, and the later record must say so. */
  #settlePending(record: SealedRecord): void {
    if (this.#pendingAt === null) return;
    const bytes = Buffer.concat(this.#pending);
    const half = bytes.at(-1) === LINE_FEED ? bytes.subarray(0, -1) : bytes;
    const told = record.kind === "recovered" ? (record.half as Recovered["half"]) : undefined;
    if (half.includes(LINE_FEED) || told === undefined || told.bytes !== half.length || told.sha256 !== sha256(half)) {
      this.#break(this.#pendingAt, this.#nextSeq, "the line is not a whole record, or its bytes were changed");
    } else this.#notes.push(`Before record ${record.seq} stands a half line of ${half.length} bytes: its writer was killed.`);
    this.#pending = [];
    this.#pendingAt = null;
  }

  #link(record: SealedRecord, file: string, line: number): void {
    const last = this.#last;
    if (last === null) return;
    if (record.seq !== last.seq + 1) {
      const reason = record.seq > last.seq ? `records ${last.seq + 1} to ${record.seq - 1} are missing before this line` : `record ${record.seq} stands after record ${last.seq}`;
      this.#break({ file, line }, record.seq, reason);
    } else if (record.prev !== last.hash) this.#break({ file, line }, record.seq, "it does not follow from the record before it");
  }

  #look(record: SealedRecord, file: string, line: number): void {
    if (record.kind === "lost") this.#notes.push(`Record ${record.seq}: ${String(record.records)} records were lost while the log could not be written.`);
    if (record.kind === "anchor") {
      const { to_seq: seq, hash, steps = [] } = record.removed as { to_seq: number; hash: string; steps?: ChainPoint[] };
      this.#anchors.push({ seq, hash }, ...steps);
      this.#notes.push(`Record ${record.seq}: all records up to ${seq} were pruned at ${record.time}.`);
    }
    if (record.kind !== "recovered") return;
    const { missing, head } = record as Recovered;
    if (missing !== undefined) this.#break({ file, line }, missing.from_seq, `records ${missing.from_seq} to ${missing.to_seq} were gone when the runtime started at ${record.time}`);
    if (head !== undefined) this.#break({ file, line }, record.seq, `head.json was ${head} when the runtime started at ${record.time}`);
  }

  /** A chain begins with record 1, or after what an anchor says was pruned. */
  #checkBeginning(): void {
    if (this.#first === null) return;
    const { record, file, line } = this.#first;
    const before = { seq: record.seq - 1, hash: record.prev };
    const known = before.seq === 0 ? before.hash === GENESIS.hash : this.#anchors.some(({ seq, hash }) => seq === before.seq && hash === before.hash);
    if (known) return;
    // It stands before every other break.
    this.#broken = { file, line, seq: 1, reason: before.seq === 0 ? "the first record does not begin the chain" : `records 1 to ${before.seq} are missing, and no anchor says that they were pruned` };
  }

  #checkHead(head: ChainPoint, end: { file: string; line: number }, name: string): void {
    const last = this.#last?.seq ?? 0;
    const hash = this.#hashes.get(head.seq);
    if (head.seq > last) this.#break(end, last + 1, `records ${last + 1} to ${head.seq} are missing at the end: ${name} knows them`);
    else if (hash !== undefined && hash !== head.hash) this.#break(end, head.seq, `record ${head.seq} is not the one that ${name} knows`);
    else if (hash === undefined && head.seq > 0 && !this.#anchors.some(({ seq }) => seq >= head.seq)) this.#break(end, head.seq, `record ${head.seq}, which ${name} knows, is not there`);
  }
}
