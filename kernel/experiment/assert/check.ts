import type { RunRecord } from "../result.ts";

/** A line of a data set, as templates see it under `row`. */
export type Row = Readonly<Record<string, unknown>>;

/** What one assertion says of one run. */
export interface CheckResult {
  /** The assertion in short, with the row's values filled in: `boxed: 16`, `not contains: sorry`. */
  name: string;
  /** Never true without a verdict. */
  passed: boolean;
  /** `none`: it could not be decided (a judge that cannot be read, a scorer that throws), which counts as not passed. */
  verdict: "pass" | "fail" | "none";
  /** What was found, in words. */
  detail: string;
  /** The number behind the verdict where there is one: a similarity, a judge's mark, a metric. */
  score: number | null;
  /** Time of the check itself, in ms. Never part of the run's own timings. */
  ms: number;
}

/** All assertions of a cell. */
export interface Assertions {
  /** One result for each assertion, in their order. Rejects only with `cancelled`. */
  check(run: RunRecord, row: Row | null, signal: AbortSignal): Promise<CheckResult[]>;
}

/** What a kind of assertion finds before negation and timing. Null verdict: not decided. */
export interface Finding {
  verdict: boolean | null;
  detail: string;
  score?: number | null;
}
