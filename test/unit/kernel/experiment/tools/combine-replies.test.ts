import assert from "node:assert/strict";
import { combineReplies } from "../../../../../kernel/experiment/tools/combine-replies.ts";
import type { ModelReply } from "../../../../../kernel/experiment/model.ts";
import type { Timings } from "../../../../../runtime/timing.ts";
import { FakeModel } from "../../../../helpers/fake-model.ts";

async function reply(over: Partial<Timings>, answer = "a", thinking = ""): Promise<ModelReply> {
  const made = await new FakeModel({ answer, ...(thinking === "" ? {} : { thinking }) }).ask({ messages: [] }, () => undefined, new AbortController().signal);
  return { ...made, timings: { ...made.timings, ...over } };
}

describe("combineReplies", () => {
  it("leaves a single reply as it is", async () => {
    const only = await reply({});
    assert.equal(combineReplies([only], 999), only);
  });

  it("sums tokens, weighs rates by tokens, and takes the first token of the first reply", async () => {
    const first = await reply({ ttft_ms: 10, predicted_tokens: 11, decode_tok_s: 10, e2e_ms: 100, prompt_tokens: 100, cached_tokens: 0, prefill_tok_s: 100 }, "call", "hm");
    const last = await reply({ ttft_ms: 20, ttfa_ms: 30, predicted_tokens: 31, decode_tok_s: 30, e2e_ms: 200, prompt_tokens: 120, cached_tokens: 100, prefill_tok_s: 200 }, "16", "so");
    const { answer, thinking, timings, usage } = combineReplies([first, last], 500);
    assert.deepEqual([answer, thinking, usage.prompt_tokens], ["16", "hm\n\nso", 20]);
    assert.deepEqual([timings.ttft_ms, timings.ttfa_ms, timings.e2e_ms, timings.predicted_tokens, timings.decode_tok_s, timings.user_tok_s], [10, 330, 500, 42, 20, 84]);
    assert.deepEqual([timings.prompt_tokens, timings.cache_share, timings.prefill_tok_s?.toFixed(1), timings.itl_ms], [220, 100 / 220, (120 / 1.1).toFixed(1), null]);
  });

  it("fault 50: what no reply tells is null, never NaN", async () => {
    const none = { queue_ms: null, ttft_ms: null, ttfa_ms: null, prefill_tok_s: null, decode_tok_s: null, predicted_tokens: 0, prompt_tokens: 0, cached_tokens: 0, reasoning_tokens: 0, answer_tokens: 0 };
    const { timings } = combineReplies([await reply(none), await reply(none)], 0);
    assert.ok(Object.values(timings).every((value) => value === null || typeof value !== "number" || Number.isFinite(value)));
    assert.deepEqual([timings.decode_tok_s, timings.tpot_ms, timings.user_tok_s, timings.think_share, timings.cache_share], [null, null, null, null, null]);
  });
});
