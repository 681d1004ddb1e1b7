import assert from "node:assert/strict";
import fc from "fast-check";
import { computeTimings, nowMs, quantile, type RequestStamps } from "../../../runtime/timing.ts";

const base: RequestStamps = {
  t0: 100, tq: 110, tokens: [150, 160, 180, 190], firstAnswer: 2, tEnd: 195, promptTokens: 50, cachedTokens: 10, reasoningTokens: 2,
};

describe("computeTimings", () => {
  it("computes every metric of a plain request", () => {
    assert.deepEqual(computeTimings(base), {
      queue_ms: 10,
      ttft_ms: 50,
      ttfa_ms: 80,
      prefill_tok_s: 1000,
      itl_ms: { n: 3, mean: 40 / 3, p50: 10, p95: null, max: 20 },
      tpot_ms: 40 / 3,
      decode_tok_s: 75,
      e2e_ms: 95,
      user_tok_s: (4 * 1000) / 95,
      think_share: 0.5,
      cache_share: 0.2,
      prompt_tokens: 50,
      cached_tokens: 10,
      predicted_tokens: 4,
      reasoning_tokens: 2,
      answer_tokens: 2,
    });
  });

  const nulls: Array<[name: string, change: Partial<RequestStamps>, expected: Record<string, unknown>]> = [
    ["no token", { tokens: [], firstAnswer: null, reasoningTokens: 0 }, { ttft_ms: null, ttfa_ms: null, tpot_ms: null, decode_tok_s: null, itl_ms: null, user_tok_s: null, think_share: null, prefill_tok_s: null }],
    ["one token: TPOT is null, not 0", { tokens: [150], firstAnswer: 0, reasoningTokens: 0 }, { tpot_ms: null, decode_tok_s: null, itl_ms: null, ttft_ms: 50, ttfa_ms: 50 }],
    ["all of it reasoning", { firstAnswer: null, reasoningTokens: 4 }, { ttfa_ms: null, answer_tokens: 0, think_share: 1 }],
    ["remote: no queue stamp", { tq: null }, { queue_ms: null, prefill_tok_s: null }],
    ["whole prompt cached", { cachedTokens: 50 }, { prefill_tok_s: null, cache_share: 1 }],
    ["two tokens in one instant", { tokens: [150, 150], reasoningTokens: 0 }, { decode_tok_s: null, tpot_ms: 0 }],
  ];
  for (const [name, change, expected] of nulls) {
    it(name, () => {
      const timings = computeTimings({ ...base, ...change }) as unknown as Record<string, unknown>;
      for (const [key, value] of Object.entries(expected)) assert.equal(timings[key], value, key);
    });
  }

  it("never gives NaN or infinity", () => {
    const gap = fc.double({ min: 0, max: 1e4, noNaN: true });
    fc.assert(fc.property(fc.array(gap, { maxLength: 50 }), fc.nat(1000), fc.nat(1000), (gaps, prompt, cached) => {
      let t = 10;
      const tokens = gaps.map((g) => (t += g));
      const timings = computeTimings({ t0: 0, tq: 5, tokens, firstAnswer: tokens.length > 0 ? 0 : null, tEnd: t, promptTokens: Math.max(prompt, cached), cachedTokens: cached, reasoningTokens: 0 });
      for (const value of Object.values(timings)) if (typeof value === "number") assert.ok(Number.isFinite(value));
    }));
  });
});

describe("quantile", () => {
  it("is type 7", () => {
    assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
    assert.equal(quantile([10], 0.95), 10);
    assert.equal(quantile([0, 10], 0.25), 2.5);
  });
});

describe("nowMs", () => {
  it("never goes back", () => {
    const a = nowMs();
    assert.ok(nowMs() >= a);
  });
});
