import assert from "node:assert/strict";

import { NEVER, RealEngine } from "../helpers/real-engine.ts";

describe("embeddings with real weights", function () {
  this.timeout(120_000);
  const real = new RealEngine();
  // A chat model gives vectors too: those of its last token. That is enough to test the way they take.
  before(async () => {
    await real.load("int8", { handle: "embedder", embedding: true });
    await real.load("int8", { handle: "chat" });
  });
  after(() => real.dispose());

  const embed = async (text: string): Promise<Float32Array> => real.engine.embed("embedder", await real.tokens("embedder", text), NEVER);
  const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

  it("gives vectors of length 1, the same for the same text, nearer for the nearer", async () => {
    const [cat, again, kitten, tax] = [await embed("The cat sleeps."), await embed("The cat sleeps."), await embed("The kitten sleeps."), await embed("Pay 20 % income tax")];
    assert.equal(cat.length, 576);
    assert.ok(Math.abs(cosine(cat, cat) - 1) < 1e-5);
    assert.ok(Math.abs(cosine(cat, again) - 1) < 1e-5);
    assert.ok(cosine(cat, kitten) > cosine(cat, tax));
  });

  it("takes the state of a chat model's last token where that is asked for, and the model still answers", async () => {
    const tokens = await real.tokens("chat", "The kitten sleeps.");
    const vector = await real.engine.embed("chat", tokens, NEVER, true);
    assert.ok(cosine(vector, await embed("The kitten sleeps.")) > 0.9999);
    assert.ok((await real.run("chat", tokens)).text.length > 0);
  });

  it("fault 33: each kind of model refuses the other kind's work", async () => {
    const tokens = await real.tokens("chat", "Hello there, world.");
    await assert.rejects(real.engine.embed("chat", tokens, NEVER), { code: "not_embedding_model", status: 400 });
    await assert.rejects(real.run("embedder", tokens), { code: "not_generating_model", status: 400 });
    await assert.rejects(real.engine.score("embedder", tokens, NEVER), { code: "not_generating_model" });
  });

  it("refuses a text that is too long, and obeys a cancel", async () => {
    await assert.rejects(real.engine.embed("embedder", new Uint32Array(1024).fill(50), NEVER), { code: "context_overflow" });
    await assert.rejects(real.engine.embed("embedder", new Uint32Array([5]), AbortSignal.abort()), { code: "cancelled" });
  });
});
