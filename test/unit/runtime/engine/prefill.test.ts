import assert from "node:assert/strict";

import type { LlamaContextSequence, Token } from "node-llama-cpp";

import { growingChunks } from "../../../../runtime/engine/chunks.ts";
import { prefill } from "../../../../runtime/engine/prefill.ts";

/** A slot that notes what it has to evaluate. */
class FakeSequence {
  readonly evaluated: number[] = [];
  held = 0;

  get nextTokenIndex(): number {
    return this.held;
  }

  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void> {
    this.evaluated.push(tokens.length);
    return Promise.resolve();
  }
}

describe("prefill", () => {
  const prompt = Array.from({ length: 400 }, (_, token) => token as Token);
  const cut = (tokens: readonly Token[]): Token[][] => growingChunks(tokens, 128);
  const run = (sequence: FakeSequence, signal: AbortSignal, pause?: () => Promise<void>): ReturnType<typeof prefill> =>
    prefill(sequence as unknown as LlamaContextSequence, prompt, cut, 5, { signal, progress: () => undefined }, pause);

  it("evaluates what the slot does not hold, all but the last piece", async () => {
    const sequence = new FakeSequence();
    sequence.held = 390;
    assert.deepEqual(await run(sequence, new AbortController().signal), { cached: 390, last: prompt.slice(390) });
    assert.deepEqual(sequence.evaluated, []);
  });

  it("leaves off after one small piece when a key takes the request back", async () => {
    const sequence = new FakeSequence();
    const abort = new AbortController();
    let pieces = 0;
    const { last } = await run(sequence, abort.signal, () => {
      if (++pieces === 3) abort.abort();
      return Promise.resolve();
    });
    assert.deepEqual(last, []);
    assert.deepEqual(sequence.evaluated, [8, 8]);
  });
});
