import assert from "node:assert/strict";
import { mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ChatRequest } from "../../runtime/api/types.ts";
import type { ChatReply } from "../../runtime/client/replies.ts";
import type { LoadedModel } from "../../runtime/engine/engine.ts";
import { sha256File } from "../../runtime/models/hash.ts";
import { writeLora } from "../helpers/lora-gguf.ts";
import { smollm2 } from "../helpers/models.ts";
import { RealEngine } from "../helpers/real-engine.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";

describe("LoRA adapters in the engine", function () {
  this.timeout(120_000);
  const real = new RealEngine();
  let folder: string;
  let path: string;
  let prompt: Uint32Array;
  const adapted = async (handle: string, scale: number): Promise<LoadedModel> => {
    const { size, mtimeMs } = await stat(path);
    return real.load("int8", { handle, sequences: 2, lora: [{ name: "tone", path, bytes: size, mtimeMs, scale }] });
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-lora-"));
    path = await writeLora(join(folder, "tone.gguf"), await smollm2("int8"));
    await real.load("int8", { sequences: 2 });
    prompt = await real.chat("int8", "Name three colours of the rainbow and say where each is seen.");
  });
  after(async () => {
    await real.dispose();
    await rm(folder, { recursive: true });
  });

  it("with scale 0 the text is the model's own, with scale 1 it is another, on weights that are in memory once", async () => {
    const own = await real.run("int8", prompt, { maxTokens: 24 });
    const before = await real.engine.memory();
    await adapted("none", 0);
    const loaded = await adapted("tone", 1);
    assert.equal((await real.run("none", prompt, { maxTokens: 24 })).text, own.text);
    const other = await real.run("tone", prompt, { maxTokens: 24 });
    assert.notEqual(other.text, own.text);
    assert.equal(other.cachedTokens, 0, "nothing that was evaluated without the adapter counts");
    assert.equal((await real.run("tone", prompt, { maxTokens: 24 })).text, other.text);
    assert.equal(loaded.memory.weights, (await stat(path)).size);
    const grown = ((await real.engine.memory()).process.rssAnon ?? 0) - (before.process.rssAnon ?? 0);
    assert.ok(grown < (before.models[0]?.weights ?? 0), `${grown} bytes more for two further contexts`);
  });

  it("requests with and without it run at once, with the texts that they have alone, and share no prefix", async () => {
    const alone = await Promise.all(["int8", "tone"].map((handle) => real.run(handle, prompt, { maxTokens: 24, cachePrompt: false })));
    const together = await Promise.all(["int8", "tone"].map((handle) => real.run(handle, prompt, { maxTokens: 24, slot: 1, cachePrompt: false })));
    assert.deepEqual(together.map(({ text }) => text), alone.map(({ text }) => text));
    const fresh = await real.chat("int8", "The mill stands by the water. ".repeat(12));
    await real.run("int8", fresh);
    // The chat form's own opening is what its slot has of earlier prompts.
    assert.ok((await real.run("tone", fresh)).cachedTokens < 5);
    assert.ok((await real.run("int8", fresh, { slot: 1 })).cachedTokens > 50, "a slot of the same context does take it over");
  });

  it("a score is that of the model with the adapter", async () => {
    const tokens = await real.tokens("int8", "The quick brown fox jumps over the lazy dog.");
    const signal = new AbortController().signal;
    const [own, none, tone] = await Promise.all(["int8", "none", "tone"].map((handle) => real.engine.score(handle, tokens, signal)));
    assert.deepEqual(none, own);
    assert.notDeepEqual(tone?.positions.map(({ logprob }) => logprob), own?.positions.map(({ logprob }) => logprob));
  });

  it("faults 32, 36: after the engine's death they are there again, but not a file that was changed meanwhile", async () => {
    const tone = (await real.run("tone", prompt)).text;
    process.kill(real.engine.pid ?? 0, "SIGKILL");
    const again = (): Promise<string> => real.run("tone", prompt).then(({ text }) => text);
    assert.equal(await again().catch(again), tone);
    process.kill(real.engine.pid ?? 0, "SIGKILL");
    await utimes(path, 1, 1);
    await assert.rejects(again().catch(again), { code: "adapter_changed" });
    await real.load("int8", { sequences: 2 });
    await adapted("none", 0);
    await adapted("tone", 1);
  });

  it("either context goes without the other, and the last one frees the weights", async () => {
    const tone = (await real.run("tone", prompt)).text;
    await real.engine.unload("int8");
    assert.equal((await real.run("tone", prompt)).text, tone);
    await real.load("int8", { sequences: 2 });
    await real.engine.unload("tone");
    await real.engine.unload("none");
    await real.run("int8", prompt);
    const held = (await real.engine.memory()).process.rssAnon ?? 0;
    await real.engine.unload("int8");
    const left = (await real.engine.memory()).process.rssAnon ?? 0;
    assert.ok(held - left > 1e8, `${held - left} bytes were freed`);
  });
});

describe("LoRA adapters in the whole runtime", function () {
  this.timeout(120_000);
  let folder: string;
  let real: RealRuntime;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-lora-"));
    const base = await smollm2("int8");
    const adapters = [{ name: "tone", path: await writeLora(join(folder, "tone.gguf"), base) }, { name: "wide", path: await writeLora(join(folder, "wide.gguf"), base, { seed: 2, entries: { "fim.tokens": ["array", { of: "int32", items: [5, 6, 3, 0] }] } }) }];
    real = await RealRuntime.start({}, { models: [SMOLLM2], adapters, settings: { precision: "int8" } });
  });
  after(async () => {
    await real.dispose();
    await rm(folder, { recursive: true });
  });

  it("a request by name, by model and without it, at once: each has the text that it has alone, and says where it comes from", async () => {
    const ask = (over: Partial<ChatRequest>): Promise<ChatReply> => real.ask("What colour is the sky?", { max_tokens: 8, ignore_eos: true, ...over });
    const kinds: Array<Partial<ChatRequest>> = [{}, { lora: [{ id: "tone" }] }, { model: "tone" }, { lora: [{ id: 0, scale: 0 }] }, { lora: [{ id: 0 }, { id: 1, scale: -0.5 }] }];
    const alone: ChatReply[] = [];
    for (const kind of kinds) alone.push(await ask({ ...kind, cache_prompt: false }));
    const [own, tone, named, none, both] = alone.map(({ answer }) => answer);
    assert.deepEqual([named, none], [tone, own]);
    assert.equal(new Set([own, tone, both]).size, 3);
    const sha256 = await sha256File(join(folder, "tone.gguf"));
    assert.deepEqual(alone.map(({ provenance }) => provenance?.lora?.map(({ name, scale, file_sha256: hash }) => [name, scale, hash === sha256])), [undefined, [["tone", 1, true]], [["tone", 1, true]], undefined, [["tone", 1, true], ["wide", -0.5, false]]]);
    const together = await Promise.all(kinds.map((kind) => ask({ ...kind, cache_prompt: false })));
    assert.deepEqual(together.map(({ answer }) => answer), alone.map(({ answer }) => answer));
    const { loaded: [model, ...others] } = await real.client.status();
    const contexts = model?.adapted ?? [];
    assert.deepEqual([others.length, contexts.length, contexts.every(({ memory }) => memory.weights < (model?.memory.weights ?? 0) / 10)], [0, 2, true]);
  });

  it("an adapter with markers fills in the middle on a model that has none", async () => {
    const fill = (model: string): Promise<Response> => fetch(`${real.url}/infill`, {
      method: "POST",
      headers: { authorization: `Bearer ${real.token}`, "content-type": "application/json" },
      body: JSON.stringify({ model, input_prefix: "def add(a, b):\n", input_suffix: "\n", prompt: "    return ", max_tokens: 4, ignore_eos: true }),
    });
    assert.equal((await fill(SMOLLM2)).status, 400);
    const reply = (await (await fill("wide")).json()) as { usage: { completion_tokens: number }; retort: { lora: Array<{ name: string }> } };
    assert.deepEqual([reply.usage.completion_tokens, reply.retort.lora[0]?.name], [4, "wide"]);
  });
});
