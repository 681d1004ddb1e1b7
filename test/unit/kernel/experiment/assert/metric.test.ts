import assert from "node:assert/strict";
import { METRIC_NAMES } from "../../../../../kernel/cells/until.ts";
import { metricsOf } from "../../../../../kernel/experiment/assert/metric.ts";
import { check, runWith, table } from "./assert-helper.ts";

describe("metrics", () => {
  table([
    [{ ttft_ms: { at_most: 800 } }, "x", "pass", /^50, asked for at most 800/], [{ ttft_ms: { at_most: 49 } }, "x", "fail"], [{ tok_s: { at_least: 20 } }, "x", "pass", /^40/], [{ decode_tok_s: { above: 40 } }, "x", "fail"], [{ answer_tokens: 1 }, "x", "pass"],
    [{ itl_ms: { at_most: 100 } }, "x", "none", /this run has no itl_ms/],
  ]);

  it("every metric that tables have can be asserted, and no other", async () => assert.deepEqual(Object.keys(metricsOf(await runWith("x"))).sort(), METRIC_NAMES.filter((name) => name !== "pass").toSorted()));

  it("one that is missing gives no verdict, never a pass", async () => {
    const result = await check({ ttft_ms: { at_least: 0 } }, await runWith("x", { ttftMs: null }));
    assert.deepEqual([result.verdict, result.passed, result.score], ["none", false, null]);
  });
});
