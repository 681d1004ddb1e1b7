import type { CheckResult } from "../assert/check.ts";
import type { ModelReply } from "../model.ts";
import { type RunRecord, runRow } from "../result.ts";
import { plainReply, readReply } from "./saved-reply.ts";

/** What a file of results holds besides the run itself. */
export interface SavedHashes {
  /** Of the request. */
  request: string;
  /** Of the assertions; null without any. */
  checks: string | null;
}

/** An answer from a file of results. */
export interface SavedAnswer {
  reply: ModelReply;
  checks: CheckResult[];
  /** Hash of the assertions that `checks` are from. */
  checksOf: string | null;
}

/** One run as a line of JSON without its line break. It can be read alone: row, corner, seed, answer, checks, times, what produced it. */
export function savedLine(record: RunRecord, hashes: SavedHashes): string {
  const { corner, reply, error } = record;
  return JSON.stringify({
    ...runRow(record), format: 1, corner, request_sha256: hashes.request, checks_sha256: hashes.checks,
    error: error ?? record.invalid ?? null,
    ...(reply === null ? {} : plainReply(reply)),
  });
}

/** The answer in a line; "other" for a line of results without one (a failed run); null for anything else. */
export function readSavedLine(line: string): { request: string; answer: SavedAnswer } | "other" | null {
  const value = parse(line);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { format, status, request_sha256: request, checks, checks_sha256: checksOf } = value as Record<string, unknown>;
  if (format !== 1 || typeof request !== "string") return null;
  const reply = status === "ok" ? readReply(value as Record<string, unknown>) : null;
  if (reply === null) return "other";
  const isChecked = Array.isArray(checks) && checks.every(isCheck);
  return { request, answer: { reply, checks: isChecked ? checks : [], checksOf: isChecked && typeof checksOf === "string" ? checksOf : null } };
}

function isCheck(value: unknown): value is CheckResult {
  if (typeof value !== "object" || value === null) return false;
  const { name, passed, detail } = value as Partial<Record<keyof CheckResult, unknown>>;
  return typeof name === "string" && typeof passed === "boolean" && typeof detail === "string";
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}
