import { logFiles, readHead, readLines, type LogLine } from "./audit-files.ts";
import { type ChainPoint, GENESIS, openLine, sha256 } from "./sealed-line.ts";

/** How a chain ends, and what the next record must say about the end it found. */
export interface ChainTail {
  /** The last record that is whole. */
  point: ChainPoint;
  /** The file to go on in; null where there is none. */
  file: string | null;
  /** The file's last line has no line feed. */
  open: boolean;
  /** For a `recovered` record; null when all is as it was left. */
  findings: Recovered | null;
}

/** What a start found wrong at the end of its chain. */
export interface Recovered {
  /** Bytes after the last whole record: what a killed process had begun to write. */
  half?: { bytes: number; sha256: string };
  /** The head file knew records that are not there any more. */
  missing?: { from_seq: number; to_seq: number; head: string };
  /** The head file was not there or said nothing, though there are records. */
  head?: "missing" | "unreadable";
}

const LINE_FEED = 0x0a;

/** Looks at the end of a chain. Reads only as many files as it takes to find a whole record. */
export async function readTail(chain: string): Promise<ChainTail> {
  const files = await logFiles(chain);
  const file = files.at(-1) ?? null;
  const { point, after, open } = await lastRecord(files);
  // A line feed may have been put behind a half line already, by a process that was killed next.
  const half = after.at(-1) === LINE_FEED ? after.subarray(0, -1) : after;
  const head = await readHead(chain);
  const findings: Recovered = {
    ...(half.length === 0 ? {} : { half: { bytes: half.length, sha256: sha256(half) } }),
    ...headFinding(head, point),
  };
  return { point, file, open, findings: Object.keys(findings).length === 0 ? null : findings };
}

function headFinding(head: Awaited<ReturnType<typeof readHead>>, point: ChainPoint): Recovered {
  if (typeof head === "string") return point.seq === 0 && head === "missing" ? {} : { head };
  return head.seq <= point.seq ? {} : { missing: { from_seq: point.seq + 1, to_seq: head.seq, head: head.hash } };
}

/** The last whole record, and all bytes of its file after it. */
async function lastRecord(files: readonly string[]): Promise<{ point: ChainPoint; after: Buffer; open: boolean }> {
  let after = Buffer.alloc(0);
  let open = false;
  for (const [i, path] of [...files].reverse().entries()) {
    const lines = await readLines(path);
    const at = lines.findLastIndex(({ bytes, whole }) => whole && openLine(bytes) !== null);
    if (i === 0) open = lines.at(-1)?.whole === false;
    after = Buffer.concat([rawBytes(lines.slice(at + 1)), after]);
    const record = at < 0 ? null : openLine((lines[at] as LogLine).bytes);
    if (record !== null) return { point: { seq: record.seq, hash: record.hash }, after, open };
  }
  return { point: GENESIS, after, open };
}

/** Lines as they stand in the file, the line feed of a last half line left out. */
export function rawBytes(lines: readonly LogLine[]): Buffer {
  return Buffer.concat(lines.flatMap(({ bytes, whole }) => (whole ? [bytes, Buffer.from("\n")] : [bytes])));
}
