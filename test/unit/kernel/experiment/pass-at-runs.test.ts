import assert from "node:assert/strict";
import { passAtRuns } from "../../../../kernel/experiment/pass-at-runs.ts";
import type { RunRecord } from "../../../../kernel/experiment/result.ts";
import { close } from "../../../helpers/statistics-reference.ts";

const run = (passed: boolean | null, line: number | null = null) => ({ passed, row: line === null ? null : { line, values: {}, problem: null } }) as RunRecord;

describe("pass@k and pass^k of runs", () => {
  it("are unbiased, for the numbers of tries that there are more answers than", () => {
    const found = passAtRuns([true, false, true, false, false, true].map((passed) => run(passed)));
    assert.deepEqual(found.map(({ k }) => k), [2, 5]);
    close(found[0]?.any, 1 - 3 / 15, 1e-12, "pass@2");
    close(found[0]?.all, 3 / 15, 1e-12, "pass^2");
    assert.deepEqual([found[1]?.any, found[1]?.all], [1, 0]);
  });
  it("are the mean over the questions of a data set", () => {
    const [two] = passAtRuns([run(true, 2), run(true, 2), run(true, 2), run(false, 3), run(false, 3), run(false, 3)]);
    assert.deepEqual([two?.k, two?.any, two?.all], [2, 0.5, 0.5]);
  });
  it("need answers that were judged, and more than two of each question", () => {
    assert.deepEqual(passAtRuns([]), []);
    assert.deepEqual(passAtRuns([run(null), run(null), run(null)]), []);
    assert.deepEqual(passAtRuns([run(true), run(true)]), []);
    assert.deepEqual(passAtRuns([run(true, 1), run(true, 1), run(true, 1), run(true, 2)]), []);
  });
});
