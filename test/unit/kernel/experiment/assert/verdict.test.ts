import assert from "node:assert/strict";
import { passRate } from "../../../../../kernel/experiment/assert/pass-rate.ts";
import { assertionError, runsRequired } from "../../../../../kernel/experiment/assert/verdict.ts";
import { experimentResult, type RunRecord } from "../../../../../kernel/experiment/result.ts";
import { runWith } from "./assert-helper.ts";

async function result(...passed: Array<boolean | null>) {
  const corner = {};
  const records = await Promise.all(passed.map(async (each, repeat): Promise<RunRecord> => ({
    ...await runWith("17"), corner, repeat, passed: each, checks: each === null ? [] : [{ name: "equals: 16", passed: each, verdict: each ? "pass" : "fail", detail: "the answer is 17", score: null, ms: 1 }],
  })));
  return experimentResult([corner], records, records.length);
}

describe("require", () => {
  for (const [checked, share, needed] of [[8, 0.75, 6], [3, 0.66, 2], [3, 0.67, 3], [10, 0.7, 7], [10, 0.3, 3], [1, 0.01, 1], [7, 1, 7], [0, 1, 0], [3, 1 / 3, 1]] as const) {
    it(`${share} of ${checked} runs are ${needed}`, () => assert.equal(runsRequired(checked, share), needed));
  }

  it("fault 50: says nothing of no runs, of cancelled ones, and of one that passed", async () => {
    assert.equal(assertionError(await result(), 1), null);
    assert.equal(assertionError(await result(null, null), 1), null);
    assert.equal(assertionError(await result(true), 1), null);
  });

  it("fault 50: one failure of one, all of many", async () => {
    assert.equal(assertionError(await result(false), 1)?.message, "0 of 1 run passed, all must: run 1 (seed 7): equals: 16: the answer is 17");
    assert.match(assertionError(await result(false, false, false, false, false), 0.5)?.message ?? "", /^0 of 5 runs passed, 3 must: run 1 .*; run 2 .*; run 3 .*; …$/);
  });

  it("a cancelled run counts neither way", async () => assert.equal(assertionError(await result(true, null), 1), null));

  it("fault 50: the share of nothing is not defined", () => {
    assert.deepEqual(passRate({ checked: 0, passed: 0 }), { n: 0, passed: 0, mean: null, interval: null });
    const { mean, interval } = passRate({ checked: 4, passed: 4 });
    assert.deepEqual([mean, interval?.high], [1, 1]);
    assert.ok((interval?.low ?? 0) > 0.5 && (interval?.low ?? 1) < 0.52);
  });
});
