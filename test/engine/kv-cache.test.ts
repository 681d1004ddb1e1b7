import assert from "node:assert/strict";

import type { TokenEvent } from "../../runtime/engine/engine.ts";
import { GREEDY, NEVER, RealEngine } from "../helpers/real-engine.ts";

const TALE = "The old harbour was quiet, and the boats lay side by side. ".repeat(6);

describe("an INT8 cache of keys and values beside an FP16 one", function () {
  this.timeout(120_000);
  const [wide, narrow] = [new RealEngine(), new RealEngine()];
  before(async () => {
    await wide.load("int8");
    await narrow.load("int8", { kvCacheType: "q8_0" });
  });
  after(() => {
    wide.engine.dispose();
    narrow.engine.dispose();
  });

  const ask = async (real: RealEngine, question: string, maxTokens: number, slot = 0): Promise<{ text: string; cached: number; first: number }> => {
    const events: TokenEvent[] = [];
    const result = await real.engine.generate({
      handle: "int8", slot, tokens: await real.chat("int8", question), cachePrompt: true, maxTokens, sampling: GREEDY, stop: [], priority: 4, ignoreEnd: false, topLogprobs: 0,
    }, (some) => events.push(...some), NEVER);
    return { text: events.map(({ text }) => text).join("") + result.tail, cached: result.cachedTokens, first: events[0]?.logprob ?? Number.NaN };
  };

  it("answers the same question with the same words", async () => {
    const { text } = await ask(narrow, "What is the capital of France?", 8);
    assert.match(text, /Paris/);
    assert.equal(text, (await ask(wide, "What is the capital of France?", 8)).text);
  });

  it("finds the next token almost as likely, and lends the start of a prompt to another slot", async () => {
    const prompt = `${TALE}What was quiet?`;
    const [one, other] = [await ask(wide, prompt, 1), await ask(narrow, prompt, 1)];
    assert.notEqual(one.first, other.first, "they are two caches");
    assert.ok(Math.abs(one.first - other.first) < 0.1, `${one.first} and ${other.first} nats`);
    const again = await ask(narrow, prompt, 1, 1);
    assert.ok(again.cached > 60, String(again.cached));
    assert.ok(Math.abs(again.first - other.first) < 0.05, `${again.first} and ${other.first} nats`);
  });

  // So that a comparison of precisions is one of weights.
  it("is no part of scores, which have a cache of their own", async () => {
    const tokens = await wide.engine.tokenize("int8", [{ text: TALE, special: false }]);
    assert.deepEqual(await narrow.engine.score("int8", tokens, NEVER), await wide.engine.score("int8", tokens, NEVER));
  });
});
