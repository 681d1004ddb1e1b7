import type { Json } from "./message.ts";

/** One remembered cell. */
export interface HistoryEntry {
  /** Which kernel ran it: larger is later. */
  session: number;
  /** Its execution count. */
  line: number;
  input: string;
  /** The text/plain form of its result. */
  output?: string;
}

/** A row of history_reply: `[session, line, input]`, or `[session, line, [input, output]]`. */
export type HistoryRow = [number, number, string | [string, string | null]];

/** The rows that a history_request asks for, oldest first. `entries` oldest first; `current` is this kernel's session. */
export function queryHistory(entries: readonly HistoryEntry[], request: Json, current: number): HistoryRow[] {
  return select(entries, request, current).map((entry) => [
    entry.session,
    entry.line,
    request.output === true ? [entry.input, entry.output ?? null] : entry.input,
  ]);
}

function select(entries: readonly HistoryEntry[], request: Json, current: number): readonly HistoryEntry[] {
  switch (request.hist_access_type) {
    case "tail":
      return last(entries, request.n);
    case "range":
      return range(entries, request, current);
    case "search":
      return search(entries, request);
    default:
      return [];
  }
}

function range(entries: readonly HistoryEntry[], request: Json, current: number): HistoryEntry[] {
  const session = sessionNumber(entries, integer(request.session) ?? 0, current);
  const start = integer(request.start) ?? 1;
  const stop = integer(request.stop) ?? Number.POSITIVE_INFINITY;
  return entries.filter((entry) => entry.session === session && entry.line >= start && entry.line < stop);
}

/** 0 is the current session, -1 the one before it, a positive number is itself. */
function sessionNumber(entries: readonly HistoryEntry[], asked: number, current: number): number | undefined {
  if (asked === 0) return current;
  if (asked > 0) return asked;
  const earlier = [...new Set(entries.map((entry) => entry.session))].filter((session) => session !== current).sort((a, b) => a - b);
  return earlier.at(asked);
}

function search(entries: readonly HistoryEntry[], request: Json): readonly HistoryEntry[] {
  const pattern = typeof request.pattern === "string" ? request.pattern : "*";
  const found = entries.filter((entry) => matchesGlob(entry.input, pattern));
  return last(request.unique === true ? latestOfEach(found) : found, request.n);
}

function latestOfEach(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const latest = new Map<string, HistoryEntry>();
  for (const entry of entries) {
    latest.delete(entry.input);
    latest.set(entry.input, entry);
  }
  return [...latest.values()];
}

function last(entries: readonly HistoryEntry[], n: unknown): readonly HistoryEntry[] {
  const count = integer(n);
  return count === undefined ? entries : entries.slice(Math.max(0, entries.length - Math.max(0, count)));
}

function integer(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

/**
 * True when `pattern` (`*`: any text, `?`: one UTF-16 unit) matches the whole of `text`. Written as a loop with one
 * point of return, because a regular expression made of a hostile pattern may take exponential time.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  let at = 0;
  let p = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    if (pattern[p] === "*") {
      star = p;
      retry = at;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[at])) {
      at += 1;
      p += 1;
    } else if (star >= 0) {
      p = star + 1;
      retry += 1;
      at = retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}
