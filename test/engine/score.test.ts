import assert from "node:assert/strict";

import { NEVER, noisePrompt, RealEngine } from "../helpers/real-engine.ts";

const TEXT = "The quick brown fox jumps over the lazy dog. In 1969 the first people landed on the Moon.";
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("scoring with real weights", function () {
  this.timeout(180_000);
  const real = new RealEngine();
  before(async () => {
    await real.load("fp16");
    await real.load("int8");
  });
  after(() => real.dispose());

  it("finds sense likelier than noise", async () => {
    const tokens = await real.tokens("fp16", TEXT);
    const sense = await real.engine.score("fp16", tokens, NEVER);
    const noise = await real.engine.score("fp16", noisePrompt(tokens.length, 5), NEVER);
    assert.deepEqual(sense.positions.map((position) => position.token), [...tokens.slice(1)]);
    assert.ok(sense.positions.every((position) => position.logprob <= 0.001));
    assert.ok(mean(sense.positions.map((p) => p.logprob)) > mean(noise.positions.map((p) => p.logprob)) + 2);
    assert.ok(sense.positions.some((p) => p.top1 === p.token));
  });

  it("leaves the slots alone", async () => {
    const prompt = await real.chat("int8", "Hello there, how are you?");
    await real.run("int8", prompt, { maxTokens: 1 });
    await real.engine.score("int8", await real.tokens("int8", TEXT), NEVER);
    assert.equal((await real.run("int8", prompt, { maxTokens: 1 })).cachedTokens, prompt.length - 1);
  });

  it("agrees with the log-probabilities of generated tokens", async () => {
    const prompt = await real.tokens("fp16", "The capital of France is");
    const run = await real.run("fp16", prompt, { maxTokens: 5, topLogprobs: 0, ignoreEnd: true });
    const whole = Uint32Array.from([...prompt, ...run.events.map((event) => event.token)]);
    const { positions } = await real.engine.score("fp16", whole, NEVER);
    const scored = positions.slice(prompt.length - 1).map((position) => position.logprob);
    for (const [i, event] of run.events.entries()) assert.ok(Math.abs((scored[i] ?? 9) - (event.logprob ?? -9)) < 0.05, `token ${i}`);
  });

  it("KL of a model with itself is 0; FP16 to INT8 is small but not 0, and perplexities agree with the score", async () => {
    const tokens = await real.tokens("fp16", TEXT);
    const same = await real.engine.divergence("fp16", "fp16", tokens, NEVER);
    assert.equal(same.positions, tokens.length - 1);
    assert.ok(same.klMax < 1e-9 && same.top1Agreement === 1);
    const across = await real.engine.divergence("fp16", "int8", tokens, NEVER);
    assert.ok(across.klMean > 0 && across.klMean < 0.1, `mean KL ${across.klMean}`);
    assert.ok(Math.abs(mean(across.kl) - across.klMean) < 1e-12 && across.klMax === Math.max(...across.kl));
    assert.ok(across.top1Agreement > 0.7 && across.top1Agreement <= 1);
    for (const [handle, perplexity] of [["fp16", across.perplexityA], ["int8", across.perplexityB]] as const) {
      const { positions } = await real.engine.score(handle, tokens, NEVER);
      const scored = Math.exp(-mean(positions.map((position) => position.logprob)));
      assert.ok(Math.abs(Math.log(scored / perplexity)) < 0.03, `${handle}: ${scored} and ${perplexity}`);
    }
  });

  it("takes texts of no, one and too many tokens", async () => {
    assert.deepEqual((await real.engine.score("fp16", new Uint32Array(), NEVER)).positions, []);
    assert.deepEqual((await real.engine.score("fp16", new Uint32Array([5]), NEVER)).positions, []);
    await assert.rejects(real.engine.score("fp16", noisePrompt(1024, 1), NEVER), { code: "context_overflow" });
    const one = await real.engine.divergence("fp16", "int8", new Uint32Array([5]), NEVER);
    assert.deepEqual([one.positions, one.klMean, one.top1Agreement], [0, 0, 1]);
  });
});
