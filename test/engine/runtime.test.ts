import assert from "node:assert/strict";

import type { LoadedInfo, RuntimeStatus } from "../../runtime/api/types.ts";
import type { ChatReply } from "../../runtime/client/replies.ts";
import { sha256File } from "../../runtime/models/hash.ts";
import { smollm2 } from "../helpers/models.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";

const TEXT = "The quick brown fox jumps over the lazy dog. In the morning the children walk to school, and in the evening they come home and read a book.";
const STARTS_MS = 30_000;

describe("the runtime with real weights", function () {
  this.timeout(120_000);
  let real: RealRuntime;
  before(async () => {
    real = await RealRuntime.start();
  });
  after(() => real.dispose());

  for (const [precision, quant] of [["fp16", "F16"], ["int8", "Q8_0"]] as const) {
    it(`${precision}: answers, says where the answer comes from, and repeats itself with and without the cache`, async () => {
      const question = "What colour is the sky?";
      const cold = await real.ask(question, { precision, cache_prompt: false });
      assert.match(cold.answer, /blue/);
      const { provenance } = cold;
      assert.ok(provenance);
      assert.deepEqual(
        [provenance.model, provenance.precision, provenance.quant, provenance.file_sha256],
        [SMOLLM2, precision, quant, await sha256File(await smollm2(precision))],
      );
      assert.deepEqual([provenance.backend, provenance.threads, provenance.context, provenance.slots], ["cpu", 1, 1024, 2]);
      assert.match(provenance.made_from ?? "", /Q4_1 [0-9a-f]{64}$/);
      assert.match(provenance.warnings.join(" "), /made from Q4_1 weights/);
      assert.deepEqual(provenance.settings.temperature, { value: 0, source: "request" });

      const cached = await real.ask(question, { precision });
      const fresh = await real.ask(question, { precision, cache_prompt: false });
      assert.deepEqual([cold, fresh].map(cachedTokens), [0, 0]);
      assert.ok(cachedTokens(cached) > 0);
      assert.deepEqual([cached.answer, fresh.answer], [cold.answer, cold.answer]);
    });
  }

  it("switches the precision live: the running requests finish on int8, the queued ones go to fp16, nothing is dropped", async () => {
    await real.client.unload(SMOLLM2);
    await real.client.precision(SMOLLM2, "int8");
    const long = ["Tell a long tale of the sea.", "Tell a long tale of a hill."].map((text) => real.ask(text, { max_tokens: 150, ignore_eos: true }));
    await real.until((status) => onInt8(status)?.active === 2, STARTS_MS);
    const queued = ["Name a fruit.", "Name a dog."].map((text) => real.ask(text));
    // One that asks for int8 by name stays there.
    const bound = real.ask("Name a bird.", { precision: "int8" });
    const before = await real.until((status) => onInt8(status)?.queued === 3, STARTS_MS);
    assert.deepEqual([before.active_precision[SMOLLM2], onInt8(before)?.active], ["int8", 2]);

    const switched = await real.client.precision(SMOLLM2, "fp16");
    assert.deepEqual([switched.model, switched.precision, switched.quant], [SMOLLM2, "fp16", "F16"]);
    const after = await real.client.status();
    assert.equal(after.active_precision[SMOLLM2], "fp16");
    assert.deepEqual(after.loaded.map((model) => model.precision).sort(), ["fp16", "int8"]);

    const finished = await Promise.all(long);
    assert.deepEqual(finished.map((reply) => [precisionOf(reply), reply.usage?.completion_tokens, reply.finish]), [["int8", 150, "length"], ["int8", 150, "length"]]);
    assert.deepEqual((await Promise.all(queued)).map(precisionOf), ["fp16", "fp16"]);
    assert.equal(precisionOf(await bound), "int8");
    assert.equal(precisionOf(await real.ask("Name a tree.")), "fp16");
  });

  it("score: FP16 and INT8 are near each other but not the same; FP16 and itself are", async () => {
    const across = await real.client.score({ model: SMOLLM2, text: TEXT, precision: "fp16", against: "int8" });
    const { divergence } = across;
    assert.ok(divergence);
    assert.deepEqual([divergence.a, divergence.b], ["fp16", "int8"]);
    assert.deepEqual([divergence.positions, across.positions.length], [across.tokens.length - 1, across.tokens.length - 1]);
    assert.ok(divergence.klMean > 0 && divergence.klMean < 0.1, `mean KL ${divergence.klMean}`);
    assert.ok(divergence.top1Agreement > 0.8, `agreement ${divergence.top1Agreement}`);
    const int8 = await real.client.score({ model: SMOLLM2, text: TEXT, precision: "int8" });
    for (const [name, a, b] of [
      ["fp16 to int8", divergence.perplexityA, divergence.perplexityB],
      ["fp16, scored alone", across.perplexity, divergence.perplexityA],
      ["int8, scored alone", int8.perplexity, divergence.perplexityB],
    ] as const) assert.ok(Math.abs(Math.log(a / b)) < 0.05, `${name}: ${a} and ${b}`);

    const same = await real.client.score({ model: SMOLLM2, text: TEXT, precision: "fp16", against: "fp16" });
    assert.ok(same.divergence && same.divergence.klMax < 1e-9 && same.divergence.top1Agreement === 1);
  });
});

function onInt8({ loaded }: RuntimeStatus): LoadedInfo | undefined {
  return loaded.find((model) => model.precision === "int8");
}

function precisionOf(reply: ChatReply): string | undefined {
  return reply.provenance?.precision;
}

function cachedTokens(reply: ChatReply): number {
  return reply.usage?.prompt_tokens_details.cached_tokens ?? Number.NaN;
}
