import assert from "node:assert/strict";

import { nowMs } from "../../runtime/timing.ts";
import { GREEDY, noisePrompt, RealEngine, type Run } from "../helpers/real-engine.ts";

describe("generating with real weights", function () {
  this.timeout(120_000);
  const real = new RealEngine();
  before(async () => {
    await real.load("int8", { sequences: 4 });
  });
  after(() => real.dispose());

  for (const precision of ["fp16", "int8"] as const) {
    it(`${precision} loads, reports itself and answers in words`, async () => {
      const loaded = precision === "int8" ? await real.load("int8", { sequences: 4 }) : await real.load("fp16");
      assert.equal(loaded.backend, "cpu");
      assert.equal(loaded.vocabSize, 49_152);
      assert.ok(loaded.endTokens.includes(2), "<|im_end|>");
      assert.equal(loaded.fim, null);
      assert.ok(loaded.memory.weights > 1e8 && loaded.memory.kvCache > 1e7 && loaded.device !== "");
      const run = await real.run(precision, await real.chat(precision, "What is the capital of France?"), { maxTokens: 12 });
      assert.match(run.text, /Paris/);
      if (precision === "fp16") await real.engine.unload("fp16");
    });
  }

  it("repeats itself at temperature 0 and with a seed, and differs between seeds", async () => {
    const prompt = await real.chat("int8", "Invent a name for a boat.");
    const greedy = await Promise.all([real.run("int8", prompt, { slot: 0 }), real.run("int8", prompt, { slot: 0 }).catch((error: unknown) => error)]);
    assert.ok("code" in (greedy[1] as object), "two requests on one slot are refused");
    assert.equal((await real.run("int8", prompt)).text, (await real.run("int8", prompt)).text);
    const warm = { ...GREEDY, temperature: 1.2, topK: 0 };
    const texts: string[] = [];
    for (const seed of [7, 7, 8, 9]) texts.push((await real.run("int8", prompt, { sampling: { ...warm, seed } })).text);
    assert.equal(texts[0], texts[1]);
    assert.ok(new Set(texts).size > 1);
  });

  it("stamps each token as it appears and sends it before the end", async () => {
    const started = nowMs();
    const seenAt: number[] = [];
    const prompt = await real.chat("int8", "Count to ten.");
    const run = await real.run("int8", prompt, { maxTokens: 8, ignoreEnd: true }, undefined, () => seenAt.push(nowMs()));
    const stamps = run.events.map((event) => event.at);
    assert.equal(stamps.length, 8);
    assert.deepEqual(stamps, [...stamps].sort((a, b) => a - b));
    assert.ok(started <= run.startedAt && run.startedAt <= (stamps[0] ?? 0) && (stamps[7] ?? 0) <= run.endedAt);
    assert.ok((seenAt[0] ?? Infinity) < run.endedAt, "the first token came before the last was made");
  });

  it("re-uses the longest prefix that the slot holds, with the same answer", async () => {
    const cold = await real.run("int8", await real.chat("int8", "Name a colour of the rainbow."), { slot: 1 });
    const again = await real.run("int8", await real.chat("int8", "Name a colour of the rainbow."), { slot: 1 });
    assert.equal(cold.cachedTokens, 0);
    assert.equal(again.cachedTokens, again.promptTokens - 1);
    const anew = await real.run("int8", await real.chat("int8", "Name a colour of the rainbow."), { slot: 1, cachePrompt: false });
    assert.equal(anew.cachedTokens, 0);
    assert.equal(again.text, cold.text);
    const changed = await real.run("int8", await real.chat("int8", "Name a colour of the sea."), { slot: 1 });
    assert.ok(changed.cachedTokens > 3 && changed.cachedTokens < changed.promptTokens - 1);
    const longer = Uint32Array.from([...changed.slotTokens, 28]);
    assert.equal((await real.run("int8", longer, { slot: 1 })).cachedTokens, changed.slotTokens.length);
  });

  it("takes over the start of a prompt that another slot holds, idle or at work, with the same answer", async () => {
    const long = "The river rises in the hills and runs through three towns. ".repeat(12);
    const first = await real.chat("int8", `${long}How many towns are there?`);
    const second = await real.chat("int8", `${long}Where does it rise?`);
    const alone = await real.run("int8", second, { slot: 3, cachePrompt: false });
    await real.run("int8", await real.chat("int8", "Something else."), { slot: 3, cachePrompt: false });
    await real.run("int8", first, { slot: 2 });
    const afterIdle = await real.run("int8", second, { slot: 3 });
    assert.ok(afterIdle.cachedTokens > 100, `${afterIdle.cachedTokens} of ${afterIdle.promptTokens}`);
    assert.equal(afterIdle.text, alone.text);
    let beside: Promise<Run> | undefined;
    const busy = await real.run("int8", first, { slot: 2, maxTokens: 40, ignoreEnd: true }, undefined, () => { beside ??= real.run("int8", second, { slot: 1 }); });
    const afterBusy = await beside;
    assert.ok((afterBusy?.cachedTokens ?? 0) > 100);
    assert.equal(afterBusy?.text, alone.text);
    assert.equal(busy.events.length, 40);
    assert.equal((await real.run("int8", second, { slot: 0, cachePrompt: false })).cachedTokens, 0);
  });

  it("serves several slots at once with the answers they would give alone", async () => {
    const prompts = await Promise.all(["Say one.", "Name a dog.", "What is water?", "Where is Rome?"].map((text) => real.chat("int8", text)));
    const alone: string[] = [];
    for (const [slot, prompt] of prompts.entries()) alone.push((await real.run("int8", prompt, { slot, maxTokens: 6 })).text);
    const together = await Promise.all(prompts.map((prompt, slot) => real.run("int8", prompt, { slot, maxTokens: 6 })));
    const same = together.filter((run, i) => run.text === alone[i]).length;
    assert.ok(same >= 3, "rounding in a shared batch may turn one close choice, not the rest");
    const overlap = together.every((run) => run.startedAt < Math.min(...together.map((other) => other.endedAt)));
    assert.ok(overlap, "all began before the first had ended");
  });

  it("ends at a stop string, at an end token, at the limit, and holds characters together", async () => {
    const prompt = await real.chat("int8", "What is the capital of France?");
    const whole = await real.run("int8", prompt, { maxTokens: 64 });
    assert.equal(whole.finish, "stop");
    assert.ok(whole.slotTokens.length >= prompt.length);
    const cut = await real.run("int8", prompt, { stop: ["Paris", "nothing"], maxTokens: 64 });
    assert.deepEqual([cut.finish, cut.stopText, cut.text], ["stop", "Paris", whole.text.slice(0, whole.text.indexOf("Paris"))]);
    const limited = await real.run("int8", prompt, { maxTokens: 3 });
    assert.deepEqual([limited.finish, limited.events.length], ["length", 3]);
    const emoji = await real.run("int8", await real.tokens("int8", "😀 🎉 你好 😀 🎉 你好 😀 🎉 你好 😀"), { maxTokens: 24, ignoreEnd: true });
    assert.ok(emoji.events.every((event) => !event.text.includes("\uFFFD")));
  });

  it("evaluates only the prompt when no token is wanted", async () => {
    const run = await real.run("int8", noisePrompt(40, 1), { maxTokens: 0, slot: 2 });
    assert.deepEqual([run.finish, run.events.length, run.slotTokens.length], ["length", 0, 40]);
  });

  it("applies penalties and biases", async () => {
    const prompt = await real.tokens("int8", "na na na na na na na na na na na na");
    const plain = await real.run("int8", prompt, { maxTokens: 10, ignoreEnd: true });
    const punished = await real.run("int8", prompt, { maxTokens: 10, ignoreEnd: true, sampling: { ...GREEDY, repeatPenalty: 1.8, frequencyPenalty: 1 } });
    const kinds = (tokens: typeof plain): number => new Set(tokens.events.map((event) => event.token)).size;
    assert.ok(kinds(punished) > kinds(plain));
    const first = plain.events[0]?.token as number;
    const forbidden = await real.run("int8", prompt, { maxTokens: 10, ignoreEnd: true, sampling: { ...GREEDY, logitBias: [[first, -100]] } });
    assert.ok(forbidden.events.every((event) => event.token !== first));
    const forced = await real.run("int8", prompt, { maxTokens: 3, sampling: { ...GREEDY, logitBias: [[1234, 90]] } });
    assert.ok(forced.events.every((event) => event.token === 1234));
  });

  it("gives log-probabilities of the model itself, whatever the sampling rules", async () => {
    const prompt = await real.chat("int8", "What is the capital of France?");
    const run = await real.run("int8", prompt, { maxTokens: 6, topLogprobs: 5 });
    for (const { token, logprob, top = [] } of run.events) {
      assert.equal(top.length, 5);
      assert.deepEqual(top.map((one) => one.logprob), top.map((one) => one.logprob).sort((a, b) => b - a));
      const mass = top.reduce((sum, one) => sum + Math.exp(one.logprob), 0);
      assert.ok(mass > 0.5 && mass <= 1.001, `the five best hold ${mass}`);
      assert.ok((logprob ?? 1) <= 0.001 && top.some((one) => one.token === token && one.logprob === logprob), "greedy chooses among the best");
    }
    const without = await real.run("int8", prompt, { maxTokens: 6 });
    assert.equal(run.text, without.text);
    const warm = { ...GREEDY, temperature: 1.5, seed: 3 };
    const sampled = await real.run("int8", prompt, { maxTokens: 4, topLogprobs: 0, sampling: warm });
    assert.equal(sampled.text, (await real.run("int8", prompt, { maxTokens: 4, sampling: warm })).text);
    assert.ok(sampled.events.every((event) => event.logprob !== undefined && event.top?.length === 0));
  });

  it("fault 8: a prompt that leaves no room is refused with both numbers, and the slot works on", async () => {
    await assert.rejects(real.run("int8", noisePrompt(1024, 2)), (error: { code: string; message: string }) =>
      error.code === "context_overflow" && /1024 .*1024/.test(error.message));
    await assert.rejects(real.run("int8", new Uint32Array()), { code: "empty_prompt" });
    assert.equal((await real.run("int8", await real.chat("int8", "Hello."))).finish !== "cancelled", true);
  });

  it("fault 41: a context that fills in mid-reply ends with `length` and shifts nothing", async () => {
    const prompt = noisePrompt(1016, 3);
    const run = await real.run("int8", prompt, { maxTokens: 100, ignoreEnd: true, slot: 3 });
    assert.equal(run.finish, "length");
    assert.equal(run.slotTokens.length, 1023);
    assert.deepEqual([...run.slotTokens.slice(0, 1016)], [...prompt]);
    assert.equal(run.events.length, 8);
  });

  it("fault 40: a model that never ends stops at the limit", async () => {
    const run = await real.run("int8", await real.tokens("int8", "again and again and again and"), { maxTokens: 40, ignoreEnd: true });
    assert.deepEqual([run.finish, run.events.length], ["length", 40]);
  });
});
