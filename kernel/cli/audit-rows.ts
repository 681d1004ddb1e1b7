import type { SealedRecord } from "../../runtime/audit/sealed-line.ts";

/** Columns of `retort audit export --format csv`, in order. */
export const CSV_COLUMNS = [
  "chain", "seq", "time", "kind", "id", "route", "client", "status", "error", "model", "precision", "file_sha256", "ms", "replies", "prompt_sha256", "answer_sha256",
  "prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens", "finish", "queue_ms", "ttft_ms", "e2e_ms", "decode_tok_s", "settings", "hash",
] as const;

type Fields = Record<string, unknown>;

/** One record as flat fields: hashes, finish and timings of its first reply, tokens of all of them. */
export function flatRecord(chain: string, record: SealedRecord): Fields {
  const replies = (Array.isArray(record.generations) ? record.generations : []) as Fields[];
  const first = replies[0] ?? {};
  const timings = (first.timings ?? {}) as Fields;
  const { queue_ms, ttft_ms, e2e_ms, decode_tok_s } = timings;
  return {
    ...record, chain, replies: replies.length,
    prompt_sha256: first.prompt_sha256, answer_sha256: first.answer_sha256, finish: first.finish, settings: first.settings,
    prompt_tokens: total(replies, "prompt_tokens"), cached_tokens: total(replies, "cached_tokens"),
    completion_tokens: total(replies, "completion_tokens"), reasoning_tokens: total(replies, "reasoning_tokens"),
    queue_ms, ttft_ms, e2e_ms, decode_tok_s,
  };
}

/** Null where no reply says. */
function total(replies: readonly Fields[], field: string): number | null {
  const counts = replies.map((reply) => reply[field]).filter((count) => typeof count === "number");
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}

/** One line of CSV by RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvValue).join(",")}\r\n`;
}

function csvValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
