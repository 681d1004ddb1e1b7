import assert from "node:assert/strict";
import { runsChart } from "../../../../kernel/display/runs-chart.ts";
import { statsTable } from "../../../../kernel/display/stats-table.ts";
import type { Corner } from "../../../../kernel/experiment/plan.ts";
import { experimentResult, type ExperimentResult, type RunRecord } from "../../../../kernel/experiment/result.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";

/** Runs of one corner; a null speed is a failed run. */
async function runsOf(corner: Corner, speeds: Array<number | null>): Promise<RunRecord[]> {
  const reply = await new FakeModel().ask({ messages: [] }, () => undefined, new AbortController().signal);
  return speeds.map((speed, repeat) => ({
    index: repeat, corner, repeat, seed: 1, answer: "x", thinking: "", boxed: null, json: null, invalid: null, cache: "warm", row: null, checks: [], passed: null,
    status: speed === null ? "failed" : "ok",
    error: speed === null ? { code: "engine_died", message: "The engine ended." } : null,
    reply: speed === null ? null : { ...reply, timings: { ...reply.timings, decode_tok_s: speed } },
  }));
}

async function resultOf(speeds: Record<string, Array<number | null>>, planned: number): Promise<ExperimentResult> {
  const corners = Object.keys(speeds).map((precision) => ({ precision }));
  const runs = await Promise.all(corners.map((corner) => runsOf(corner, speeds[corner.precision] ?? [])));
  return experimentResult(corners, runs.flat(), planned);
}

const text = (result: ExperimentResult) => String(statsTable(result).data["text/plain"]);
const row = (result: ExperimentResult, start: string) => text(result).split("\n").find((line) => line.startsWith(start))?.split(/ {2,}/);

describe("statsTable", () => {
  it("shows n, mean, sd, median and interval of each metric", async () => {
    const result = await resultOf({ int8: [40, 42, 44] }, 3);
    assert.deepEqual(row(result, "decode"), ["decode (tok/s)", "3", "42", "2", "42", "40 to 44"]);
    assert.match(text(result), /3 of 3 runs finished, prompt cache warm\./);
    assert.match(text(result), /Intervals: 95 %, bootstrap percentile/);
  });

  it("has no row for minor metrics and for zeros, and names them", async () => {
    const result = await resultOf({ int8: [40, 42] }, 2);
    assert.equal(row(result, "wait for a slot"), undefined);
    assert.match(text(result), /Also in the result's stats: .*queue_ms/);
  });

  it("puts the corners of a matrix under each other", async () => {
    const lines = text(await resultOf({ fp16: [20, 22], int8: [40, 42] }, 2)).split("\n").filter((line) => line.startsWith("decode"));
    assert.match(lines[0] ?? "", /precision fp16 +2 +21 /);
    assert.match(lines[1] ?? "", /precision int8 +2 +41 /);
  });

  it("shows outliers and the figures without them", async () => {
    const result = await resultOf({ int8: [40, 41, 42, 40, 41, 42, 40, 41, 90] }, 9);
    assert.equal(row(result, "decode (tok/s)  ")?.at(-1), "90");
    assert.deepEqual(row(result, "decode (tok/s), without outliers")?.slice(1, 3), ["8", "40.9"]);
  });

  it("fault 50: one run, equal values, failures: no NaN and no invented figure", async () => {
    const one = await resultOf({ int8: [40] }, 1);
    assert.deepEqual(row(one, "decode"), ["decode (tok/s)", "1", "40", "not available", "40", "not available"]);
    const equal = await resultOf({ int8: [40, 40, 40] }, 3);
    assert.deepEqual(row(equal, "decode"), ["decode (tok/s)", "3", "40", "0", "40", "40 to 40"]);
    const someFailed = await resultOf({ int8: [40, null, 42] }, 4);
    assert.match(text(someFailed), /2 of 4 runs finished, 1 failed/);
    assert.match(text(someFailed), /Partial/);
    const allFailed = await resultOf({ int8: [null, null] }, 2);
    assert.match(text(allFailed), /0 of 2 runs finished, 2 failed/);
    for (const result of [one, equal, someFailed, allFailed]) assert.doesNotMatch(text(result) + String(statsTable(result).data["text/html"]), /NaN|Infinity|undefined|null/);
  });

  it("names the metrics that nothing measured", async () => {
    assert.match(text(await resultOf({ int8: [40] }, 1)), /Not available: gap between tokens/);
  });
});

describe("runsChart", function () {
  this.timeout(30_000);

  it("draws all runs and says in words what it shows", async () => {
    const chart = await runsChart(await resultOf({ fp16: [20, 22, 24], int8: [40, 42, 44] }, 3));
    const words = String(chart?.data["text/plain"]);
    assert.match(words, /decode \(tok\/s\): precision fp16: 3 values from 20 to 24, mean 22, interval 20 to 24\. precision int8: 3 values from 40 to 44, mean 42/);
    assert.match(words, /time to first token/);
    assert.match(String(chart?.data["image/svg+xml"]), /precision int8/);
  });

  it("fault 50: is left out where there is nothing to compare", async () => {
    assert.equal(await runsChart(await resultOf({ int8: [40] }, 1)), null);
    assert.equal(await runsChart(await resultOf({ int8: [null, null] }, 2)), null);
  });
});
