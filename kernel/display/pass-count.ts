import type { RunCounts } from "../experiment/result.ts";

/**
 * How many runs passed, in words. It is of all runs that were attempted: one that failed without an answer has not
 * passed, one that was cancelled does not count.
 */
export function passCount({ passed, checked, failed }: Pick<RunCounts, "passed" | "checked" | "failed">): string {
  return `${passed} of ${checked} ${checked === 1 ? "run" : "runs"} passed${failed > 0 ? `; ${failed} failed without an answer and did not pass` : ""}.`;
}
