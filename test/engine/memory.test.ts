import assert from "node:assert/strict";
import { stat } from "node:fs/promises";

import { estimateMemory } from "../../runtime/models/estimate.ts";
import { readGguf } from "../../runtime/models/gguf/read.ts";
import { smollm2 } from "../helpers/models.ts";
import { RealEngine } from "../helpers/real-engine.ts";

describe("memory with real weights", function () {
  this.timeout(120_000);
  let real: RealEngine;
  beforeEach(() => {
    real = new RealEngine();
  });
  afterEach(() => real.dispose());

  it("reports weights, KV cache and compute buffers that fit the file and the shape", async () => {
    await real.load("fp16", { contextSize: 2048, sequences: 2 });
    const report = await real.engine.memory();
    const model = report.models[0];
    const { size } = await stat(await smollm2("fp16"));
    assert.equal(model?.handle, "fp16");
    const { weights } = estimateMemory(await readGguf(await smollm2("fp16")), { contextSize: 2048, sequences: 2, kvCacheType: "f16", embedding: false });
    assert.ok(Math.abs(model.weights / weights - 1) < 0.15, `${model.weights}, estimated ${weights}, for a file of ${size}`);
    assert.equal(model.kvCache, 30 * 2 * 192 * 2 * 4096, "layers, K and V, values, bytes, cells");
    assert.ok(model.compute > 0);
    assert.ok(report.process.rss > model.kvCache);
    assert.equal(report.vram, null);
  });

  it("an 8-bit KV cache takes 17/32 of the room and still answers", async () => {
    await real.load("int8", { kvCacheType: "q8_0" });
    const wide = 30 * 2 * 192 * 2 * 2048;
    assert.equal((await real.engine.memory()).models[0]?.kvCache, (wide * 17) / 32);
    assert.match((await real.run("int8", await real.chat("int8", "What is the capital of France?"))).text, /Paris/);
  });

  it("does not grow by what each request's sampler leaves behind", async () => {
    await real.load("int8");
    const prompt = await real.chat("int8", "Hi.");
    const memoryAfter = async (requests: number): Promise<number> => {
      for (let i = 0; i < requests; i++) await real.run("int8", prompt, { maxTokens: 1, ignoreEnd: true });
      return (await real.engine.memory()).process.rssAnon ?? 0;
    };
    const early = await memoryAfter(150);
    const late = await memoryAfter(450);
    assert.ok(late - early < 20 * 2 ** 20, `${late - early} bytes more after 450 requests`);
  });

  it("gives the memory back on unload, also while a request runs", async () => {
    await real.engine.devices();
    const empty = (await real.engine.memory()).process.rss;
    await real.load("fp16", { contextSize: 4096, sequences: 2 });
    const full = (await real.engine.memory()).process.rss;
    const running = real.run("fp16", await real.chat("fp16", "Tell a long story."), { maxTokens: 2000, ignoreEnd: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await real.engine.unload("fp16");
    assert.equal((await running).finish, "cancelled");
    const after = (await real.engine.memory()).process.rss;
    assert.ok(after - empty < (full - empty) / 2, `${empty} -> ${full} -> ${after}`);
    await assert.rejects(real.run("fp16", new Uint32Array([1])), { code: "not_loaded" });
  });

  it("fault 38: a context that cannot fit is refused with no_memory, and a smaller one loads", async () => {
    await assert.rejects(real.load("int8", { contextSize: 50_000_000 }), { code: "no_memory", status: 507 });
    await real.load("int8");
    assert.equal((await real.engine.memory()).models.length, 1);
  });

  it("fault 39: a slot is free again after an error, and one in use is refused", async () => {
    await real.load("int8");
    const prompt = await real.chat("int8", "Hi.");
    await assert.rejects(real.run("int8", prompt, { grammar: { kind: "gbnf", text: "root ::= (" } }), { code: "bad_schema" });
    await assert.rejects(real.run("int8", new Uint32Array(2000)), { code: "context_overflow" });
    await assert.rejects(real.run("int8", prompt, { slot: 9 }), { code: "bad_slot" });
    const [first, second] = await Promise.allSettled([real.run("int8", prompt), real.run("int8", prompt)]);
    assert.equal(first.status, "fulfilled");
    assert.equal(second.status === "rejected" && (second.reason as { code: string }).code, "bad_slot");
    assert.ok((await real.run("int8", prompt)).events.length > 0);
  });
});
