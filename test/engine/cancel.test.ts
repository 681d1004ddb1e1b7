import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { nowMs } from "../../runtime/timing.ts";
import { noisePrompt, RealEngine } from "../helpers/real-engine.ts";

/** Far above the 150 ms that an idle machine needs, so that a busy one does not fail the test. */
const SETTLES_MS = 1000;

describe("cancelling with real weights", function () {
  this.timeout(120_000);
  const real = new RealEngine();
  before(async () => {
    await real.load("int8", { contextSize: 4096, prefillChunk: 32 });
  });
  after(() => real.dispose());

  it("fault 11: during a long prefill: settles at once and keeps what was evaluated", async () => {
    const prompt = noisePrompt(4000, 1);
    const cancel = new AbortController();
    const running = real.run("int8", prompt, {}, cancel.signal);
    await sleep(200);
    const at = nowMs();
    cancel.abort();
    const run = await running;
    assert.ok(nowMs() - at < SETTLES_MS, `settled after ${nowMs() - at} ms`);
    assert.equal(run.finish, "cancelled");
    assert.equal(run.events.length, 0);
    assert.ok(run.slotTokens.length < 4000);
    const held = run.slotTokens.length;
    const again = await real.run("int8", prompt.slice(0, Math.max(held, 32)), { maxTokens: 1 });
    assert.equal(again.cachedTokens, Math.min(held, Math.max(held, 32) - 1));
  });

  it("fault 11: in decode: no token comes after the cancel is settled", async () => {
    const cancel = new AbortController();
    let at = 0;
    const prompt = await real.chat("int8", "Write a very long story.");
    const run = await real.run("int8", prompt, { maxTokens: 3000, ignoreEnd: true }, cancel.signal, () => {
      if (at !== 0) return;
      at = nowMs();
      cancel.abort();
    });
    assert.ok(nowMs() - at < SETTLES_MS, `settled after ${nowMs() - at} ms`);
    assert.equal(run.finish, "cancelled");
    assert.ok(run.events.length < 100);
  });

  it("before it begins: nothing is evaluated", async () => {
    const run = await real.run("int8", noisePrompt(500, 2), { slot: 1 }, AbortSignal.abort());
    assert.deepEqual([run.finish, run.events.length, run.slotTokens.length], ["cancelled", 0, 0]);
  });

  it("fault 16: does not touch a request on another slot", async () => {
    const cancel = new AbortController();
    const [prompt, other] = [await real.chat("int8", "Tell a tale."), await real.chat("int8", "Name ten fruits.")];
    const survivor = real.run("int8", other, { slot: 1, maxTokens: 20, ignoreEnd: true });
    const victim = real.run("int8", prompt, { slot: 0, maxTokens: 1000, ignoreEnd: true }, cancel.signal, () => cancel.abort());
    assert.equal((await victim).finish, "cancelled");
    assert.deepEqual([(await survivor).finish, (await survivor).events.length], ["length", 20]);
  });

  it("stops a score and a comparison", async () => {
    for (const work of ["score", "divergence"] as const) {
      const cancel = new AbortController();
      const tokens = noisePrompt(2000, 3);
      const running = work === "score" ? real.engine.score("int8", tokens, cancel.signal) : real.engine.divergence("int8", "int8", tokens, cancel.signal);
      setTimeout(() => cancel.abort(), 300);
      await assert.rejects(running, { code: "cancelled" });
    }
  });

  it("stops a load", async () => {
    const cancel = new AbortController();
    const request = { gpu: "cpu", gpuLayers: 0, threads: 1, contextSize: 512, sequences: 1, prefillChunk: 32, kvCacheType: "f16", embedding: false } as const;
    const { smollm2 } = await import("../helpers/models.ts");
    const path = await smollm2("fp16");
    const loading = real.engine.load({ handle: "fp16", path, ...request }, () => cancel.abort(), cancel.signal);
    await assert.rejects(loading, { code: "cancelled" });
    await assert.rejects(real.run("fp16", new Uint32Array([1])), { code: "not_loaded" });
  });
});
