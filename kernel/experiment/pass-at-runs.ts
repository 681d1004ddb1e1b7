import type { RunRecord } from "./result.ts";
import { mean } from "./statistics/moments.ts";
import { passAtK, passHatK } from "./statistics/pass-at-k.ts";

/** Chances that follow from repeated answers to the same questions. */
export interface PassAt {
  k: number;
  /** pass@k: at least one of k answers passes. */
  any: number;
  /** pass^k: all of k answers pass. */
  all: number;
}

/** The usual numbers of tries. */
const TRIES = [2, 5, 10, 100] as const;

/**
 * pass@k and pass^k of one corner, unbiased, the mean over its questions (rows of the data set). Only numbers of tries
 * that every question has more answers than: with as many answers as tries, the estimate is 0 or 1.
 */
export function passAtRuns(runs: readonly RunRecord[]): PassAt[] {
  const questions = new Map<number, { n: number; passed: number }>();
  for (const { row, passed } of runs) {
    if (passed === null) continue;
    const counts = questions.get(row?.line ?? 0) ?? { n: 0, passed: 0 };
    questions.set(row?.line ?? 0, { n: counts.n + 1, passed: counts.passed + Number(passed) });
  }
  const all = [...questions.values()];
  if (all.length === 0) return [];
  return TRIES.filter((k) => all.every(({ n }) => n > k)).map((k) => ({
    k,
    any: mean(all.map(({ n, passed }) => passAtK(n, passed, k) ?? 0)),
    all: mean(all.map(({ n, passed }) => passHatK(n, passed, k) ?? 0)),
  }));
}
