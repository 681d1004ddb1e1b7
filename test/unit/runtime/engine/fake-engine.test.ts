import assert from "node:assert/strict";

import { noMemory } from "../../../../runtime/engine/engine-errors.ts";
import type { GenerateResult, TokenEvent } from "../../../../runtime/engine/engine.ts";
import { FakeEngine } from "../../../helpers/fake-engine.ts";
import { BEHAVIOUR, generateRequest, loadRequest } from "./scripted-engine.ts";

const never = new AbortController().signal;

describe("FakeEngine", () => {
  let engine: FakeEngine;
  beforeEach(async () => {
    engine = new FakeEngine();
    await engine.load(loadRequest({ contextSize: 16 }), () => undefined, never);
  });

  async function run(prompt: string, more = {}, signal = never): Promise<GenerateResult & { text: string; events: TokenEvent[] }> {
    const tokens = await engine.tokenize("m@int8", [{ text: prompt, special: true }]);
    const events: TokenEvent[] = [];
    const result = await engine.generate(generateRequest(BEHAVIOUR.fine, { tokens, maxTokens: 50, ...more }), (batch) => events.push(...batch), signal);
    return { ...result, events, text: events.map((event) => event.text).join("") + result.tail };
  }

  it("loses no character and tells control tokens from text", async () => {
    const text = " a  b\n\n<|im_end|> ü ";
    for (const special of [true, false]) {
      assert.equal(await engine.detokenize("m@int8", await engine.tokenize("m@int8", [{ text, special }])), text);
    }
    assert.equal((await engine.tokenize("m@int8", [{ text: "<|im_end|>", special: true }]))[0], 0);
    assert.notEqual((await engine.tokenize("m@int8", [{ text: "<|im_end|>", special: false }]))[0], 0);
  });

  it("plays scripts, then the default; re-uses prefixes; stops at strings, limits, end tokens and a full context", async () => {
    engine.script("one two STOP three", (prompt) => prompt.toUpperCase());
    const first = await run("a b c", { stop: ["STOP"] });
    assert.deepEqual([first.text, first.finish, first.stopText], ["one two ", "stop", "STOP"]);
    const second = await run("a b d");
    assert.deepEqual([second.text, second.cachedTokens, second.promptTokens], ["A B D", 2, 3]);
    assert.equal((await run("x", { maxTokens: 2 })).finish, "length");
    engine.script("word ".repeat(100));
    assert.equal((await run("x")).slotTokens.length, 16);
    await assert.rejects(run("w ".repeat(16)), { code: "context_overflow" });
  });

  it("fails on demand and works again", async () => {
    engine.dieNext(2);
    await assert.rejects(run("x"), { code: "engine_died" });
    engine.failNextLoad(noMemory("tight"));
    await assert.rejects(engine.load(loadRequest({ handle: "other" }), () => undefined, never), { code: "no_memory" });
    engine.stallNext(1);
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 20);
    const stalled = await run("x", {}, cancel.signal);
    assert.deepEqual([stalled.finish, stalled.events.length], ["cancelled", 1]);
    assert.equal((await run("x")).text, "The answer is 42.");
  });
});
