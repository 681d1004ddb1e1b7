import assert from "node:assert/strict";
import type { Token } from "node-llama-cpp";
import { BatchOrder, shared } from "../../../../runtime/engine/batch-order.ts";
import { batchPlace, importanceOf, slotOf } from "../../../../runtime/engine/batch-place.ts";

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

  const turnsBefore = (order: BatchOrder, items: Item[]): number => {
    for (let turns = 0; turns < 100; turns++) if (order.strategy({ items, size: 64 }).length > 0) return turns;
    throw new Error("no batch was made");
  };

  it("waits some turns for a stream that is about to go on, before each batch anew, and never for ever", async () => {
    const order = new BatchOrder();
    await order.running(() => order.running(async () => {
      const turns = turnsBefore(order, [item(1)]);
      assert.ok(turns > 0);
      assert.equal(turnsBefore(order, [item(1)]), turns);
    }));
  });

  it("waits for nobody when all are there, nor for one that has ended", async () => {
    const order = new BatchOrder();
    await assert.rejects(order.running(() => Promise.reject(new Error("failed"))));
    await order.running(() => order.running(async () => assert.equal(turnsBefore(order, [item(1), item(1)]), 0)));
    await order.running(async () => assert.equal(turnsBefore(order, [item(1)]), 0));
  });

  it("goes by slot, whoever asked first and however important: gaps and turns back cost a pass each", () => {
    const asked = [7, 2, 11, 0].map((slot, i) => item(1 + (i % 2) * 8, batchPlace(1 + i, slot)));
    const { strategy } = new BatchOrder();
    assert.deepEqual(strategy({ items: asked, size: 64 }).map((one) => slotOf(one.item.evaluationPriority)), [0, 2, 7, 11]);
  });
});

describe("place in a batch", () => {
  it("tells importance and slot", () => {
    for (const importance of [1, 2, 3, 4, 5]) {
      for (const slot of [0, 1, 11, 255, 4095]) {
        const place = batchPlace(importance, slot);
        assert.deepEqual([importanceOf(place), slotOf(place)], [importance, slot]);
      }
    }
  });

  it("keeps to the library's range", () => {
    assert.equal(importanceOf(batchPlace(9, 3)), 5);
    assert.equal(importanceOf(batchPlace(0, 3)), 1);
  });
});
