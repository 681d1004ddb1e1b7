import assert from "node:assert/strict";

import type { FillPiece, FillRequest } from "../../../../extension/completion/completion-engine.ts";
import { type EngineChoice, RuntimeEngine } from "../../../../extension/completion/runtime-engine.ts";
import { RuntimeClient } from "../../../../runtime/client/runtime-client.ts";
import type { GenerateRequest } from "../../../../runtime/engine/engine.ts";
import { type FakeRuntime, startFakeRuntime } from "../../runtime/fake-runtime.ts";

/** Tells names only, as most servers do. */
class OtherServer extends RuntimeClient {
  override models(): ReturnType<RuntimeClient["models"]> {
    return Promise.resolve([{ id: "chatty", object: "model", created: 0, owned_by: "someone" }]);
  }
}

describe("RuntimeEngine", () => {
  let fake: FakeRuntime;
  let client: RuntimeClient;
  let wanted: string;
  let asked: number;
  const never = new AbortController().signal;

  before(async () => {
    fake = await startFakeRuntime();
    client = new RuntimeClient({ local: true, endpoint: { url: fake.runtime.url, token: fake.runtime.token } });
  });
  after(async () => {
    await client.dispose();
    await fake.runtime.dispose();
  });
  beforeEach(() => {
    wanted = "";
    asked = 0;
    fake.engine.options = { reply: "alpha beta" };
  });

  const engine = (choice: Partial<EngineChoice> = {}): RuntimeEngine =>
    new RuntimeEngine({ client: () => { asked++; return Promise.resolve(client); } }, { model: () => wanted, precision: () => undefined, ...choice });
  const request = (over: Partial<FillRequest> = {}): FillRequest =>
    ({ prefix: "one\ntwo\n", typed: "  thr", suffix: "\nfour\n", chunks: [{ filename: "a.ts", text: "chunk" }], maxTokens: 8, stop: [], temperature: 0, ...over });
  const sent = (): GenerateRequest => {
    const last = fake.engine.requests.at(-1);
    assert.ok(last);
    return last;
  };
  const prompt = (): string => fake.engine.vocabulary.decode(sent().tokens);

  it("takes the first model that can fill in, and puts what is typed last", async () => {
    const pieces: FillPiece[] = [];
    assert.deepEqual(await engine().mode(), { kind: "fim", model: "coder" });
    const end = await engine().fill(request(), (piece) => pieces.push(piece), never);
    assert.equal(prompt(), "a.ts\nchunk\n<|fim_prefix|>one\ntwo\n<|fim_suffix|>\nfour\n<|fim_middle|>  thr");
    assert.equal(pieces.map(({ text }) => text).join(""), "alpha beta");
    assert.deepEqual(pieces.flatMap(({ probabilities }) => probabilities.map((p) => Math.round(p * 100))), [50, 50]);
    assert.deepEqual([end.finish, end.completionTokens, sent().priority], ["stop", 2, 5]);
  });

  it("passes on what the user chose", async () => {
    await engine({ precision: () => "fp16" }).fill(request({ stop: ["beta"], temperature: 0.7, seed: 3, maxTokens: 5 }), () => undefined, never);
    const { handle, stop, sampling, maxTokens } = sent();
    assert.deepEqual([handle, stop, sampling.temperature, sampling.seed, maxTokens], ["coder@fp16", ["beta"], 0.7, 3, 5]);
  });

  it("warms everything but what is typed, in the background, and a key then finds it", async () => {
    const one = engine();
    await one.warm(request({ prefix: `${"warm ".repeat(30)}\n` }), never);
    assert.deepEqual([sent().maxTokens, sent().priority, prompt().endsWith("<|fim_middle|>")], [0, 1, true]);
    const end = await one.fill(request({ prefix: `${"warm ".repeat(30)}\n` }), () => undefined, never);
    assert.equal(end.promptTokens - end.cachedTokens, 1);
  });

  it("a warm-up that gives way to a completion is no failure", async () => {
    fake.engine.options = { reply: "x", prefillMsPerToken: 20 };
    const one = engine();
    const warm = one.warm(request({ prefix: "slow ".repeat(100) }), never);
    while ((await client.status()).active === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    fake.engine.options = { reply: "x" };
    await one.fill(request({ prefix: "slow ".repeat(100) }), () => undefined, never);
    await warm;
  });

  it("refuses a model that cannot, by name, with one that can, and without a word to it", async () => {
    wanted = "thinker";
    const before = fake.engine.requests.length;
    await assert.rejects(engine().fill(request(), () => undefined, never), (error: Error & { code: string; hint: string }) => {
      assert.deepEqual([error.code, error.message.includes("thinker"), error.hint], ["model_lacks_capability", true, "Use coder; `retort pull coder` installs it."]);
      return true;
    });
    assert.equal(fake.engine.requests.length, before);
  });

  it("an abort reaches the engine", async () => {
    fake.engine.options = { reply: "word ".repeat(200), tokenDelayMs: 5 };
    const stop = new AbortController();
    await assert.rejects(engine().fill(request({ maxTokens: 500 }), () => stop.abort(), stop.signal), { code: "cancelled" });
    while ((await client.status()).active > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it("a prompt that is too long is sent again without the other files, then with half of this one", async () => {
    const end = await engine().fill(request({ prefix: "line of text\n".repeat(110), chunks: [{ filename: "big.ts", text: "word ".repeat(300) }] }), () => undefined, never);
    assert.ok(end.promptTokens < 256);
    assert.ok(!prompt().includes("big.ts"));
    assert.ok(prompt().includes("line of text\n"));
    await assert.rejects(engine().fill(request({ prefix: "", typed: "word ".repeat(300) }), () => undefined, never), { code: "context_length_exceeded" });
  });

  it("another server's model goes on with the text: chunks, prefix, what is typed; nothing of the suffix", async () => {
    const remote = new OtherServer({ local: false, endpoint: { url: fake.runtime.url, token: fake.runtime.token } });
    const one = new RuntimeEngine({ client: () => Promise.resolve(remote) }, { model: () => wanted, precision: () => "fp16" });
    assert.deepEqual(await one.mode(), { kind: "continuation", model: "chatty" });
    await one.fill(request(), () => undefined, never);
    assert.equal(prompt(), "a.ts\nchunk\n\none\ntwo\n  thr");
    await remote.dispose();
  });

  it("asks for the models once, not with each key", async () => {
    const one = engine();
    await one.fill(request(), () => undefined, never);
    fake.files.models.reverse();
    await one.fill(request(), () => undefined, never);
    fake.files.models.reverse();
    assert.equal(asked, 2);
    assert.equal(sent().handle.split("@")[0], "coder");
  });
});
