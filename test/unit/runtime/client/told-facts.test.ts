import assert from "node:assert/strict";
import fc from "fast-check";

import { chunkTokens, completionCount } from "../../../../runtime/client/chunk-tokens.ts";
import { ToldFacts } from "../../../../runtime/client/told-facts.ts";

const told = (usage: unknown, timings: unknown = undefined, thought = false) => {
  const facts = new ToldFacts();
  facts.push({ usage, timings });
  return facts.told(thought);
};

describe("what a server tells of its tokens", () => {
  for (const [title, usage, timings, thought, expected] of [
    ["all of it", { prompt_tokens: 5, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 2 } }, null, true, [5, 3, 4, 2, []]],
    ["null in place of details (vLLM)", { prompt_tokens: 5, completion_tokens: 3, prompt_tokens_details: null }, null, false, [5, 3, 0, 0, ["cached"]]],
    ["thinking without its count", { prompt_tokens: 5, completion_tokens: 3 }, null, true, [5, 3, 0, 0, ["cached", "reasoning"]]],
    ["a count of 0 for thinking that is there", { prompt_tokens: 5, completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 0 } }, null, true, [5, 3, 0, 0, ["cached", "reasoning"]]],
    ["DeepSeek's name for the cache", { prompt_tokens: 5, completion_tokens: 3, prompt_cache_hit_tokens: 4 }, null, false, [5, 3, 4, 0, []]],
    ["llama-server's times only", null, { prompt_n: 2, cache_n: 3, predicted_n: 7, predicted_ms: 1 }, false, [5, 7, 3, 0, []]],
    ["llama-server's times without the cache", null, { prompt_n: 2, predicted_n: 7 }, false, null],
    ["half a usage", { prompt_tokens: 5 }, null, false, null],
    ["figures that are none", { prompt_tokens: -1, completion_tokens: "3" }, null, false, null],
    ["nothing", undefined, undefined, false, null],
  ] as const) {
    it(title, () => {
      const { usage: read, untold = [] } = told(usage, timings, thought);
      const seen = read === null ? null : [read.prompt_tokens, read.completion_tokens, read.prompt_tokens_details.cached_tokens, read.completion_tokens_details.reasoning_tokens, untold];
      assert.deepEqual(seen, expected);
    });
  }

  it("takes only Retort's own times for times", () => {
    assert.equal(told(null, { prompt_ms: 3, predicted_per_second: 4 }).timings, null);
    const own = { e2e_ms: 5, predicted_tokens: 2, ttft_ms: 1, tpot_ms: "fast", itl_ms: { n: 1, mean: "x" } };
    const { e2e_ms: end, predicted_tokens: tokens, ttft_ms: first, tpot_ms: gap, itl_ms: gaps } = told(null, own).timings ?? assert.fail();
    assert.deepEqual([end, tokens, first, gap, gaps], [5, 2, 1, null, null]);
  });

  it("has nothing but counts, whatever comes", () => {
    fc.assert(fc.property(fc.anything(), fc.anything(), fc.boolean(), (usage, timings, thought) => {
      const { usage: read } = told(usage, timings, thought);
      if (read === null) return;
      const { prompt_tokens_details: { cached_tokens: cached }, completion_tokens_details: { reasoning_tokens: reasoning }, ...counts } = read;
      for (const count of [cached, reasoning, ...Object.values(counts)]) assert.ok(Number.isFinite(count) && count >= 0);
    }));
  });
});

describe("tokens in each chunk", () => {
  for (const [title, sums, chunks, expected] of [
    ["from their sums", [2, 3, 7], 3, [2, 1, 4]], ["none where one chunk does not count", [2, null, 7], 3, undefined], ["none where a chunk is not counted", [2, 3], 3, undefined],
    ["none where sums shrink", [3, 2], 2, undefined], ["none of nothing", [], 0, undefined],
  ] as const) {
    it(title, () => assert.deepEqual(chunkTokens(sums, chunks).tokens, expected));
  }

  for (const [usage, expected] of [[{ completion_tokens: 4 }, 4], [{ completion_tokens: 1.5 }, null], [null, null], [undefined, null], ["x", null], [{}, null]] as const) {
    it(`${JSON.stringify(usage)} counts ${expected}`, () => assert.equal(completionCount(usage), expected));
  }
});
