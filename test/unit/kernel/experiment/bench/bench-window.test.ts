import assert from "node:assert/strict";
import { namedBench } from "../../../../../kernel/experiment/bench/bench-result.ts";
import { type BenchRequest, errorClass, requestRow } from "../../../../../kernel/experiment/bench/bench-request.ts";
import { benchSpec } from "../../../../../kernel/experiment/bench/bench-spec.ts";
import { benchWindow, type WindowFacts } from "../../../../../kernel/experiment/bench/bench-window.ts";
import { rooflineShare } from "../../../../../kernel/experiment/bench/roofline.ts";
import type { ModelReply } from "../../../../../kernel/experiment/model.ts";
import { benchTable } from "../../../../../kernel/display/bench-table.ts";

const NOTHING: WindowFacts = { slo: null, memory: { before: null, peak: null, after: null }, reads: null, bandwidth: null, slots: null };
const spec = benchSpec({ requests: 2, max_tokens: 10 });
const corner = spec.corners[0] ?? assert.fail();

function reply(ttft: number | null, tokens = 10): ModelReply {
  const timings = { queue_ms: 1, ttft_ms: ttft, ttfa_ms: ttft, prefill_tok_s: 100, itl_ms: { n: 9, mean: 20, p50: 20, p95: null, max: 30 }, tpot_ms: 20, decode_tok_s: 50, e2e_ms: 400, user_tok_s: 25,
    think_share: 0, cache_share: 0, prompt_tokens: 100, cached_tokens: 0, predicted_tokens: tokens, reasoning_tokens: 0, answer_tokens: tokens };
  const usage = { prompt_tokens: 100, completion_tokens: tokens, total_tokens: 100 + tokens, prompt_tokens_details: { cached_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0 } };
  return { answer: "", thinking: "", finish: "length", usage, timings, provenance: null };
}

function request(index: number, sentAt: number, endedAt: number, more: Partial<BenchRequest> = {}): BenchRequest {
  return { corner: corner.corner, index, scheduledAt: null, sentAt, endedAt, status: "ok", reply: reply(100), error: null, ...more };
}

const failed = (code: string, status?: number): Partial<BenchRequest> => ({ status: "failed", reply: null, error: { code, message: "x", ...(status === undefined ? {} : { status }) } });

describe("a measurement", () => {
  it("counts tokens and requests over the time from the first sending to the last end", () => {
    const { system, windowMs, counts } = benchWindow(corner, [request(0, 1000, 1400), request(1, 1100, 2000), request(2, 1200, 3000, failed("engine_died"))], NOTHING);
    assert.equal(windowMs, 2000);
    assert.equal(system.out_tok_s, 10, "20 tokens in 2 s");
    assert.equal(system.req_min, 60, "the failed one is not completed");
    assert.deepEqual([counts.ok, counts.failed, system.error_rate], [2, 1, 1 / 3]);
  });

  it("counts for the goodput what keeps every limit; a figure that is not known keeps none", () => {
    const requests = [request(0, 0, 1000), request(1, 0, 1000, { reply: reply(900) }), request(2, 0, 1000, { reply: reply(null) })];
    const { system, counts } = benchWindow(corner, requests, { ...NOTHING, slo: { ttft_ms: 800, tpot_ms: 50 } });
    assert.deepEqual([counts.good, system.goodput_min], [1, 60]);
    assert.equal(benchWindow(corner, requests, NOTHING).system.goodput_min, null);
  });

  it("counts the wait for a late sending under open load, in the time to first token and in the limits", () => {
    const late = request(0, 1500, 2000, { scheduledAt: 1000 });
    const { stats, system } = benchWindow(corner, [late], { ...NOTHING, slo: { ttft_ms: 500 } });
    assert.equal(stats.ttft_ms?.mean, 100);
    assert.equal(stats.ttft_sched_ms?.mean, 600);
    assert.equal(system.goodput_min, 0);
    assert.deepEqual([requestRow(late, 1000).scheduled_ms, requestRow(late, 1000).sent_ms, requestRow(late, 1000).ttft_sched_ms], [0, 500, 600]);
  });

  it("fault 50: has no NaN where nothing came, nothing succeeded, or only one did", () => {
    for (const requests of [[], [request(0, 5, 5)], [request(0, 0, 10, failed("x"))], [request(0, 0, 10, { reply: reply(null, 0) })]]) {
      const window = benchWindow(corner, requests, { ...NOTHING, slo: { ttft_ms: 1 }, bandwidth: 1e9, reads: { weights: 1e8, kvPerToken: 1e4 } });
      const result = { spec, windows: [window], failures: [], bandwidth: null, partial: false, isCounted: true };
      const text = JSON.stringify([window, namedBench(result), benchTable(result)]);
      assert.ok(!/NaN|Infinity/.test(text));
    }
    assert.deepEqual(namedBench({ spec, windows: [], failures: [], bandwidth: null, partial: true, isCounted: true }).runs, []);
  });

  const classes: Array<[Partial<BenchRequest>, string]> = [
    [failed("queue_full", 429), "refused"], [failed("connection_refused", 502), "refused"], [failed("context_overflow", 400), "refused"], [failed("engine_stalled"), "timeout"], [failed("request_timeout"), "timeout"],
    [failed("stream_cut", 502), "truncated"], [failed("connection_lost", 502), "truncated"], [failed("engine_died", 502), "engine"], [{ ...failed("cancelled", 499), status: "cancelled" }, "cancelled"],
  ];
  for (const [one, expected] of classes) it(`calls ${one.error?.code} ${expected}`, () => assert.equal(errorClass(request(0, 0, 1, one)), expected));
});

describe("rooflineShare", () => {
  it("is what a step reads, times the steps a second, over the bandwidth", () => {
    const reads = { weights: 1e9, kvPerToken: 1e5 };
    assert.equal(rooflineShare(reads, 20e9, { stepsPerSecond: 10, batch: 1, contextTokens: 1000 }), 0.55);
    assert.equal(rooflineShare(reads, 20e9, { stepsPerSecond: 10, batch: 4, contextTokens: 1000 }), 0.7, "a batch reads the weights once and each context");
  });

  it("is null where one of them is not known", () => {
    const decode = { stepsPerSecond: 10, batch: 1, contextTokens: 1 };
    assert.equal(rooflineShare(null, 1e9, decode), null);
    assert.equal(rooflineShare({ weights: 1, kvPerToken: 1 }, null, decode), null);
    assert.equal(rooflineShare({ weights: 1, kvPerToken: 1 }, 0, decode), null);
    assert.equal(rooflineShare({ weights: 1, kvPerToken: 1 }, 1e9, { ...decode, stepsPerSecond: null }), null);
  });
});

describe("namedBench", () => {
  it("has the shape of other results: rows for requests, corners with the figures of the whole, a table", () => {
    const two = benchSpec({ matrix: { concurrency: [1, 2] }, runs: 1 });
    const windows = two.corners.map((one) => benchWindow(one, [request(0, 0, 1000, { corner: one.corner })], NOTHING));
    const { runs, corners, table, stats } = namedBench({ spec: two, windows, failures: [], bandwidth: null, partial: false, isCounted: true }) as Record<string, Array<Record<string, unknown>>>;
    assert.deepEqual(runs?.map(({ concurrency, run, ttft_ms }) => [concurrency, run, ttft_ms]), [[1, 0, 100], [2, 0, 100]]);
    assert.deepEqual(corners?.map(({ concurrency, out_tok_s }) => [concurrency, out_tok_s]), [[1, 10], [2, 10]]);
    assert.ok(table?.some(({ metric, mean }) => metric === "out_tok_s" && mean === 10));
    assert.deepEqual(stats, {});
  });
});
