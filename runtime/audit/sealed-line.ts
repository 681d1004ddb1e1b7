import { createHash } from "node:crypto";

/** What every record of the log has, whatever its kind. */
export interface SealedRecord {
  v: 1;
  /** 1, 2, 3 … within one chain. */
  seq: number;
  /** When it happened, UTC, ISO 8601 with milliseconds. */
  time: string;
  kind: string;
  /** Hash of the record before; {@link GENESIS} for the first one. */
  prev: string;
  /** SHA-256 of all bytes of the line before `,"hash":`, hex. */
  hash: string;
  [field: string]: unknown;
}

/** A place in a chain: the number and the hash of a record. */
export interface ChainPoint {
  seq: number;
  hash: string;
}

export const GENESIS: ChainPoint = { seq: 0, hash: "0".repeat(64) };

/** Bytes of `,"hash":"…"}`: the seal stands last, so that the hash covers the very bytes of the file. */
const SEAL_BYTES = `,"hash":"${GENESIS.hash}"}`.length;
const SEAL = /^,"hash":"([0-9a-f]{64})"\}$/;

/** The line (without a line feed) that goes on from `prev`, and its place in the chain. */
export function sealLine(fields: Record<string, unknown>, time: string, prev: ChainPoint): { line: string; point: ChainPoint } {
  const seq = prev.seq + 1;
  const { kind, ...rest } = fields;
  const open = JSON.stringify({ v: 1, seq, time, kind, ...rest, prev: prev.hash }).slice(0, -1);
  const hash = sha256(open);
  return { line: `${open},"hash":"${hash}"}`, point: { seq, hash } };
}

/** The record of a line, if the line is whole and its hash is right; otherwise null. */
export function openLine(line: Buffer): SealedRecord | null {
  const cut = line.length - SEAL_BYTES;
  if (cut <= 0) return null;
  const hash = SEAL.exec(line.toString("latin1", cut))?.[1];
  if (hash === undefined || hash !== sha256(line.subarray(0, cut))) return null;
  try {
    const record = JSON.parse(line.toString("utf8")) as SealedRecord;
    return Number.isInteger(record.seq) && typeof record.prev === "string" ? record : null;
  } catch {
    return null;
  }
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
