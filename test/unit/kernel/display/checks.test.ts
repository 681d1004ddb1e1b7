import assert from "node:assert/strict";
import { checksOutput } from "../../../../kernel/display/checks.ts";
import { statsTable } from "../../../../kernel/display/stats-table.ts";
import type { CheckResult } from "../../../../kernel/experiment/assert/check.ts";
import { failedRun } from "../../../../kernel/experiment/run-one.ts";
import { experimentResult, namedResult, type RunRecord } from "../../../../kernel/experiment/result.ts";

type Fate = "pass" | "fail" | "none" | "failed" | "cancelled";

const CORNER = {};

/** Two assertions, of which the second always passes where there is an answer. */
function runOf(fate: Fate, repeat: number): RunRecord {
  const without = fate === "failed" || fate === "cancelled";
  const check = (name: string, verdict: CheckResult["verdict"]): CheckResult => ({ name, verdict, passed: verdict === "pass", score: null, detail: "found", ms: 1 });
  return {
    ...failedRun({ code: "engine_died", message: "The engine ended." }), index: repeat, corner: CORNER, repeat, seed: repeat, row: null,
    status: without ? fate : "ok", ...(without ? {} : { error: null }),
    checks: fate === "failed" || fate === "cancelled" ? [] : [check("boxed: 16", fate), check("contains: x", "pass")],
    passed: fate === "cancelled" ? null : fate === "pass",
  };
}

const resultOf = (...fates: Fate[]) => experimentResult([CORNER], fates.map(runOf), fates.length);
const texts = (...fates: Fate[]): { checks: string; stats: string } => {
  const result = resultOf(...fates);
  return { checks: checksOutput(result).map(({ data }) => String(data["text/plain"])).join("\n"), stats: String(statsTable(result).data["text/plain"]) };
};
const line = (text: string, start: string) => text.split("\n").find((each) => each.startsWith(start))?.split(/ {2,}/);

describe("how many runs passed", () => {
  it("is the same of the same in the statistics, in the table of assertions and by name", () => {
    const fates: Fate[] = ["pass", "fail", "failed", "none", "failed", "cancelled"];
    const { checks, stats } = texts(...fates);
    const says = "1 of 5 runs passed; 2 failed without an answer and did not pass.";
    assert.ok(checks.includes(says), checks);
    assert.ok(stats.includes(says), stats);
    assert.deepEqual(line(checks, "boxed: 16")?.slice(0, 3), ["boxed: 16", "1 of 5", "1"]);
    assert.deepEqual(line(checks, "contains: x")?.slice(0, 3), ["contains: x", "3 of 5", "0"]);
    assert.deepEqual(line(stats, "passed (share)")?.slice(0, 3), ["passed (share)", "5", "0.200"]);
    const { stats: named } = namedResult(resultOf(...fates)) as { stats: { pass: { n: number; passed: number; mean: number } } };
    assert.deepEqual([named.pass.n, named.pass.passed, named.pass.mean], [5, 1, 0.2]);
  });

  it("says nothing of failures where there are none, and no assertion table where nothing was answered", () => {
    assert.match(texts("pass", "fail").stats, /^1 of 2 runs passed\.$/m);
    const { checks, stats } = texts("failed", "failed");
    assert.match(stats, /0 of 2 runs passed; 2 failed without an answer/);
    assert.match(checks, /engine_died/);
    assert.doesNotMatch(checks + stats, /NaN|Infinity|undefined/);
  });

  it("says nothing at all without assertions", () => {
    const result = experimentResult([CORNER], [{ ...runOf("failed", 0), passed: null }], 1);
    assert.deepEqual(checksOutput(result), []);
    assert.doesNotMatch(String(statsTable(result).data["text/plain"]), /passed/);
  });
});
