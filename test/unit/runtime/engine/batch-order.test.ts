import assert from "node:assert/strict";
import type { Token } from "node-llama-cpp";
import { batchOrder, shared } from "../../../../runtime/engine/batch-order.ts";

type Item = Parameters<typeof shared>[0][number];

const item = (tokens: number, evaluationPriority: Item["evaluationPriority"] = 4): Item => ({ tokens: Array.from({ length: tokens }, (_, i) => i as Token), logits: [], evaluationPriority });

/** Tokens that each item gets, in the order of `items`. */
const amounts = (items: Item[], size: number): number[] => items.map((one) => shared(items, size).find(({ item: taken }) => taken === one)?.processAmount ?? 0);

describe("what goes into a batch", () => {
  it("takes every token of all streams that fit", () => {
    assert.deepEqual(amounts([item(1), item(1), item(60)], 64), [1, 1, 60]);
  });

  it("takes the next token of every stream before it fills the rest with a prompt", () => {
    assert.deepEqual(amounts([item(64), item(1), item(1), item(1)], 64), [61, 1, 1, 1]);
  });

  it("shares the room between prompts, what is left over to the more important one", () => {
    assert.deepEqual(amounts([item(64, 5), item(64, 2)], 33), [17, 16]);
    assert.deepEqual(amounts([item(64, 2), item(64, 5)], 33), [16, 17]);
  });

  it("never takes more than fits", () => {
    const items = Array.from({ length: 70 }, () => item(1));
    assert.equal(shared(items, 64).reduce((sum, { processAmount }) => sum + processAmount, 0), 64);
  });

  it("waits some turns for the streams that are about to go on, before each batch anew", () => {
    const order = batchOrder();
    const waiting = [item(1)];
    const turnsBefore = (): number => {
      for (let turns = 0; turns < 100; turns++) if (order({ items: waiting, size: 64 }).length > 0) return turns;
      throw new Error("no batch was made");
    };
    const turns = turnsBefore();
    assert.ok(turns > 0);
    assert.equal(turnsBefore(), turns);
  });
});
