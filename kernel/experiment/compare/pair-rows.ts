import { METRICS } from "../metrics.ts";
import type { ResultRow, ResultSet } from "./result-set.ts";

/** Two runs of the same question. */
export type RowPair = readonly [a: ResultRow, b: ResultRow];

export interface Pairing {
  pairs: RowPair[];
  /** Rows without a partner. */
  leftA: number;
  leftB: number;
  /** What made rows a pair, for the reader. */
  keys: string[];
}

/** Which question and which repeat, in every kind of row. */
const QUESTION = ["run", "row", "row_line", "prompt", "prompt_sha256", "request"];
/** What a run brought, as against what it was asked: for sources that do not say what was set. */
const OUTCOMES = new Set([
  ...METRICS.map(({ name }) => name), "seed", "status", "answer", "thinking", "boxed", "json", "finish", "cache", "cached", "passed", "checks", "error", "index", "run_id", "ms", "from", "resumed",
]);
/** The row of a data set says better than its line which question it was. */
const WEAKER: ReadonlyArray<readonly [weak: string, strong: string]> = [["row_line", "row"]];

/**
 * Pairs rows of the same question and the same repeat: those that agree in everything that was set, apart from what
 * tells the two sides apart. The k-th of several equal ones goes with the k-th.
 */
export function pairRows(a: ResultSet, b: ResultSet): Pairing {
  const keys = pairingKeys(a, b);
  const waiting = grouped(b.rows, keys);
  const pairs: RowPair[] = [];
  for (const row of a.rows) {
    const partner = waiting.get(identity(row, keys))?.shift();
    if (partner !== undefined) pairs.push([row, partner]);
  }
  return { pairs, leftA: a.rows.length - pairs.length, leftB: b.rows.length - pairs.length, keys };
}

/** Keys that both sides have, without those with one value here and another one there: these are what is compared. */
function pairingKeys(a: ResultSet, b: ResultSet): string[] {
  const [inA, inB] = [valuesByKey(a.rows), valuesByKey(b.rows)];
  const known = a.settings === null || b.settings === null ? null : new Set([...QUESTION, ...a.settings, ...b.settings]);
  const wasSet = (key: string) => known?.has(key) ?? (!OUTCOMES.has(key) && !isNumericOutcome(key, a.rows));
  const kept = [...inA.keys()].filter((key) => inB.has(key) && wasSet(key) && !tellsApart(inA.get(key), inB.get(key)));
  return kept.filter((key) => !WEAKER.some(([weak, strong]) => weak === key && kept.includes(strong)));
}

function tellsApart(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  return a?.size === 1 && b?.size === 1 && [...a][0] !== [...b][0];
}

/** Figures of benchmarks, which no table here knows, have fractions; settings that do (temperature) have few values. */
function isNumericOutcome(key: string, rows: readonly ResultRow[]): boolean {
  const values = rows.map((row) => row[key]).filter((value) => typeof value === "number");
  return values.some((value) => !Number.isInteger(value)) && new Set(values).size > values.length / 2 && values.length > 2;
}

function valuesByKey(rows: readonly ResultRow[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const [key, value] of Object.entries(row)) {
      const values = found.get(key) ?? new Set();
      found.set(key, values.add(stable(value)));
    }
  }
  return found;
}

function grouped(rows: readonly ResultRow[], keys: readonly string[]): Map<string, ResultRow[]> {
  const groups = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const key = identity(row, keys);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function identity(row: ResultRow, keys: readonly string[]): string {
  return stable(keys.map((key) => row[key] ?? null));
}

/** JSON with the keys of objects in order: rows of a file may have them in any. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    (typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner)) ?? "null";
}
