import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { InfillRequest } from "../../runtime/api/types.ts";
import { addOwnModel } from "../../runtime/client/own-models.ts";
import { RuntimeClient, type TextCallOptions } from "../../runtime/client/runtime-client.ts";
import type { TextPiece, TextReply } from "../../runtime/client/replies.ts";
import { EngineSupervisor } from "../../runtime/engine/supervisor.ts";
import { retortPaths } from "../../runtime/paths.ts";
import { type RunningRuntime, startRuntime } from "../../runtime/serve.ts";
import { writeFimGguf } from "../helpers/fim-gguf.ts";

const SLOTS = 2;
const LINE = "    total = compute(values, factor)";
const PREFIX = `def compute(values, factor):\n    return sum(values) * factor\n\n\n${"# a comment that fills the prompt\n".repeat(30)}def main():\n`;
const SUFFIX = `\n    print(total)\n${"# what follows the cursor\n".repeat(20)}`;
/** Markers and the last token, which is always evaluated for its logits. */
const KEY_TOKENS = 4;

describe("filling in the middle with a real engine", function () {
  this.timeout(120_000);
  let folder: string;
  let model: string;
  let runtime: RunningRuntime;
  let client: RuntimeClient;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-fim-"));
    const env = { ...process.env, RETORT_HOME: folder, RETORT_MODELS: join(folder, "models") };
    model = await addOwnModel(retortPaths(env), await writeFimGguf(folder));
    runtime = await startRuntime({
      env,
      // As one that clients find, it knows the user's own list of files.
      discoverable: true,
      settings: { gpu: "cpu", threads: 1, contextSize: 4096, slots: SLOTS, idleExitMs: null, offline: true },
      parts: { engine: new EngineSupervisor() },
    });
    client = new RuntimeClient({ local: true, endpoint: { url: runtime.url, token: runtime.token } });
    await client.load(model);
  });
  after(async () => {
    await client.dispose();
    await runtime.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const infill = (over: Partial<InfillRequest> = {}, options: TextCallOptions = {}): Promise<TextReply> =>
    client.infill({ model, input_prefix: PREFIX, input_suffix: SUFFIX, prompt: "", max_tokens: 4, ignore_eos: true, ...over }, options);
  const evaluated = ({ usage }: TextReply): number => {
    assert.ok(usage);
    return usage.prompt_tokens - usage.prompt_tokens_details.cached_tokens;
  };
  const idle = async (): Promise<void> => {
    while ((await client.status()).active > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it("is offered as a model that can fill in the middle", async () => {
    const offer = (await client.offers()).models.find(({ id }) => id === model);
    assert.ok(offer?.capabilities.includes("fim"));
  });

  it("evaluates only the typed tokens with each key on a line", async () => {
    await infill({ prompt: "", cache_prompt: false });
    for (let typed = 1; typed <= LINE.length; typed++) {
      const reply = await infill({ prompt: LINE.slice(0, typed) });
      assert.ok(evaluated(reply) <= KEY_TOKENS, `${evaluated(reply)} tokens at key ${typed}`);
    }
    const back = await infill({ prompt: LINE.slice(0, -5) });
    assert.ok(evaluated(back) <= KEY_TOKENS);
  });

  it("max_tokens 0 only evaluates, for the key that follows", async () => {
    const prefix = `warm = 1\n${PREFIX}`;
    const warm = await infill({ input_prefix: prefix, max_tokens: 0 }, { priority: "background" });
    assert.deepEqual([warm.text, warm.usage?.completion_tokens, warm.finish], ["", 0, "length"]);
    assert.ok(evaluated(warm) > SUFFIX.length);
    const key = await infill({ input_prefix: prefix, prompt: "  t" });
    assert.ok(evaluated(key) <= KEY_TOKENS, `${evaluated(key)} tokens`);
  });

  it("a key sent while the request before is still stopping goes to the slot that has its text", async () => {
    await infill({ prompt: "    a", cache_prompt: false });
    for (const typed of ["    ab", "    abc", "    abcd", "    abcde", "    abcdef"]) {
      const stop = new AbortController();
      const before = infill({ prompt: typed, max_tokens: 2000 }, { signal: stop.signal, onText: () => stop.abort() });
      await assert.rejects(before, { code: "cancelled" });
      const next = await infill({ prompt: `${typed}x` });
      assert.ok(evaluated(next) <= KEY_TOKENS, `${evaluated(next)} tokens after ${typed}`);
    }
  });

  it("keeps the slot of completion while others fill all slots they can get", async () => {
    await infill({ prompt: "    k", cache_prompt: false });
    const others = Array.from({ length: SLOTS + 2 }, (_, i) =>
      client.completion({ model, prompt: `${i} ${"other traffic ".repeat(40)}`, max_tokens: 60, ignore_eos: true }, { priority: "notebook" }));
    const key = await infill({ prompt: "    ke" });
    assert.ok(evaluated(key) <= KEY_TOKENS, `${evaluated(key)} tokens`);
    await Promise.all(others);
    const later = await infill({ prompt: "    key" });
    assert.ok(evaluated(later) <= KEY_TOKENS, `${evaluated(later)} tokens`);
  });

  it("a completion takes over the slot of a warm-up, with what was evaluated until then", async () => {
    const prefix = `${"# a long file\n".repeat(120)}${PREFIX}`;
    const warm = infill({ input_prefix: prefix, max_tokens: 0 }, { priority: "background" });
    const refused = assert.rejects(warm, { code: "preempted", status: 503 });
    while ((await client.status()).active === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const key = await infill({ input_prefix: prefix, prompt: "x" });
    await refused;
    assert.equal(key.finish, "length");
    assert.ok((key.usage?.prompt_tokens_details.cached_tokens ?? 0) > 0);
  });

  it("an abort reaches the decoder", async () => {
    const stop = new AbortController();
    let pieces = 0;
    const running = infill({ prompt: "stop", max_tokens: 3000 }, { signal: stop.signal, onText: () => { if (++pieces === 3) stop.abort(); } });
    await assert.rejects(running, { code: "cancelled" });
    const since = performance.now();
    await idle();
    const took = performance.now() - since;
    assert.ok(took < 500, `idle ${took} ms after the abort`);
  });

  it("tells each token's probability, the same as the exact ones of text completions", async () => {
    const pieces: TextPiece[] = [];
    const reply = await infill({ prompt: "    p", logprobs: 0, max_tokens: 8 }, { onPiece: (piece) => pieces.push(piece) });
    const probabilities = pieces.flatMap((piece) => piece.probabilities);
    assert.equal(probabilities.length, reply.usage?.completion_tokens);
    assert.ok(probabilities.every((p) => p > 0 && p <= 1));
    const exact: TextPiece[] = [];
    // One alternative: the slow way, which evaluates each token a second time.
    await infill({ prompt: "    p", logprobs: 1, max_tokens: 8 }, { onPiece: (piece) => exact.push(piece) });
    const slow = exact.flatMap((piece) => piece.probabilities);
    assert.equal(slow.length, probabilities.length);
    for (const [index, p] of probabilities.entries()) assert.ok(Math.abs(p - (slow[index] ?? 0)) < 1e-3, `${p} and ${slow[index]}`);
  });

  it("the plain mode goes on from the same prefix, and leaves markers in the text as text", async () => {
    const prompt = `${PREFIX}<|fim_middle|>`;
    const send = (text: string, parse: boolean): Promise<TextReply> =>
      client.completion({ model, prompt: text, max_tokens: 2, ignore_eos: true, parse_special: parse }, { priority: "completion" });
    const literal = await send(prompt, false);
    const parsed = await send(prompt, true);
    assert.equal((literal.usage?.prompt_tokens ?? 0) - (parsed.usage?.prompt_tokens ?? 0), "<|fim_middle|>".length - 1);
    await send(PREFIX, false);
    assert.ok(evaluated(await send(`${PREFIX}    x`, false)) <= KEY_TOKENS + 2);
  });

  it("a model that cannot fill in the middle is refused by name, with one that can", async () => {
    await assert.rejects(client.infill({ model: "deepseek-r1-1.5b", input_prefix: "a", input_suffix: "" }), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, "model_lacks_capability");
      assert.match(error.message, /deepseek-r1-1\.5b/);
      assert.match(error.hint, /retort pull qwen2\.5-coder/);
      return true;
    });
  });
});
