import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Spread } from "../../kernel/experiment/statistics/statistics.ts";

type Ends = [number, number];

/** What NumPy, SciPy and statsmodels say: test/fixtures/statistics/make_reference.py. */
export interface Reference {
  describe: Array<{ name: string; values: number[]; expected: Omit<Record<keyof Spread, number | null>, "interval"> & { interval: Ends | null } }>;
  wilson: Array<{ successes: number; trials: number; interval: Ends }>;
  distributions: Record<"normalCdf" | "normalQuantile", Ends[]> & { studentQuantile: Array<[number, number, number]> };
  extreme: Array<{ name: string; values: number[]; mean: number; sd: number }>;
  paired: Array<{ name: string; a: number[]; b: number[]; difference: ReferenceEstimate; ratio: ReferenceEstimate; student_p: number | null }>;
  mcnemar: Array<{ onlyA: number; onlyB: number; p: number }>;
  holm: Array<{ p: number[]; adjusted: number[] }>;
  passAtK: Array<{ n: number; passed: number; k: number; at: number; hat: number }>;
  outliers: Array<{ name: string; values: number[]; flagged: number[] }>;
}

interface ReferenceEstimate {
  value: number;
  interval: Ends;
}

export const reference = JSON.parse(readFileSync(new URL("../fixtures/statistics/reference.json", import.meta.url), "utf8")) as Reference;

/** Fails unless the two differ by at most `relative` of the expected value. */
export function close(actual: number | null | undefined, expected: number | null, relative: number, what: string): void {
  if (expected === null || actual === null || actual === undefined) return assert.equal(actual, expected, what);
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${what}: ${actual} is not ${expected}`);
}

/** Fails for a number anywhere inside `value` that is not finite. */
export function assertFinite(value: unknown): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value), `${value}`);
  else if (typeof value === "object" && value !== null) Object.values(value).forEach(assertFinite);
}
