import assert from "node:assert/strict";
import { Generation } from "../../runtime/engine/generate.ts";
import { LlamaHost } from "../../runtime/engine/llama-host.ts";
import { loadSession } from "../../runtime/engine/load.ts";
import type { ModelSession } from "../../runtime/engine/model-session.ts";
import { RightOfWay } from "../../runtime/engine/right-of-way.ts";
import { SharedWeights } from "../../runtime/engine/shared-weights.ts";
import type { GenerateRequest } from "../../runtime/engine/engine.ts";
import { smollm2 } from "../helpers/models.ts";
import { GREEDY, NEVER } from "../helpers/real-engine.ts";

const JOB = { signal: NEVER, progress: () => undefined };
const TOKENS = 16;
const SLOTS = 4;

/** The library's own handle of a context, as far as it tells what a batch has. */
interface NativeContext {
  initBatch(tokens: number): void;
  addToBatch(sequenceId: number, ...more: unknown[]): unknown;
}

describe("several streams in this process", function () {
  this.timeout(120_000);
  let session: ModelSession;
  let batches: number[] = [];
  /** Sequences of each batch in their order. */
  let orders: number[][] = [];

  before(async () => {
    const host = await LlamaHost.open("cpu", () => undefined);
    session = await loadSession(host, new SharedWeights(), {
      handle: "m", path: await smollm2("int8"), gpu: "cpu", gpuLayers: 0, threads: 1, contextSize: 512, sequences: SLOTS, prefillChunk: 64, kvCacheType: "f16", embedding: false,
    }, JOB);
    const native = (session.sequences[0]?.context as unknown as { _ctx: NativeContext })._ctx;
    const { initBatch, addToBatch } = Object.getPrototypeOf(native) as NativeContext;
    Object.defineProperty(native, "initBatch", { value: (tokens: number) => { batches.push(tokens); orders.push([]); initBatch.call(native, tokens); } });
    Object.defineProperty(native, "addToBatch", { value: (id: number, ...more: unknown[]) => { orders.at(-1)?.push(id); return addToBatch.call(native, id, ...more); } });
  });
  after(() => session.dispose());

  const variants: Record<string, Partial<GenerateRequest>> = {
    "greedy": {},
    "sampled with penalties and stop strings": { sampling: { ...GREEDY, temperature: 0.8, repeatPenalty: 1.1 }, stop: ["never said"] },
    "greedy with probabilities": { topLogprobs: 0 },
  };
  for (const [name, more] of Object.entries(variants)) {
    for (const streams of [2, 3, SLOTS]) {
      it(`${streams} streams, ${name}: every step takes all of them together`, async () => {
        [batches, orders] = [[], []];
        await Promise.all(Array.from({ length: streams }, (_, slot) => generate(slot, more)));
        const steps = batches.filter((size) => size <= SLOTS);
        assert.ok(steps.filter((size) => size === streams).length >= TOKENS - 2, `batches of ${batches.join(", ")} tokens`);
        assert.ok(steps.length <= TOKENS + 2, `batches of ${batches.join(", ")} tokens`);
      });
    }
  }

  it("whoever asks first: a batch goes from slot to slot, in one pass over the weights", async () => {
    orders = [];
    await Promise.all([3, 1, 0, 2].map((slot) => generate(slot, {})));
    const full = orders.filter((ids) => ids.length === SLOTS);
    assert.ok(full.length >= TOKENS - 2, JSON.stringify(orders));
    for (const ids of full) assert.deepEqual(ids, [0, 1, 2, 3]);
  });

  const latecomers: Record<string, Partial<GenerateRequest>> = {
    "a new prompt in a used slot": { cachePrompt: true },
    "a slot that is to be emptied": {},
    "probabilities of other tokens": { topLogprobs: 2 },
  };
  for (const [name, more] of Object.entries(latecomers)) {
    it(`one that joins others does not wait until they have ended: ${name}`, async () => {
      await generate(0, { maxTokens: 4 });
      let others = 2;
      const long = [1, 2].map((slot) => generate(slot, { maxTokens: 150 }).then(() => others--));
      await generate(3, { maxTokens: 4 });
      await generate(0, { tokens: Uint32Array.from(session.model.tokenize("Something else altogether")), maxTokens: 4, ...more });
      assert.equal(others, 2);
      await Promise.all(long);
    });
  }

  async function generate(slot: number, more: Partial<GenerateRequest>): Promise<void> {
    const tokens = Uint32Array.from(session.model.tokenize(`Story number ${slot} of many: once upon a time there was a small boat.`));
    const sequence = session.sequences[slot];
    assert.ok(sequence !== undefined);
    const request: GenerateRequest = { handle: "m", slot, tokens, maxTokens: TOKENS, sampling: GREEDY, stop: [], priority: 4, ignoreEnd: true, cachePrompt: false, ...more };
    const result = await session.withSlot(slot, () => new Generation(session, sequence, request, null, new RightOfWay()).run(() => undefined, JOB));
    assert.equal(result.finish, "length");
  }
});
