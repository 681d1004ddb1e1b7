import assert from "node:assert/strict";
import fc from "fast-check";
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

  it("takes prompts one after the other, the more important one first, else the one that came first", () => {
    assert.deepEqual(amounts([item(60, 5), item(60, 2)], 64), [60, 0]);
    assert.deepEqual(amounts([item(60, 2), item(60, 5)], 64), [0, 60]);
    assert.deepEqual(amounts([item(30), item(20), item(10)], 64), [30, 20, 10]);
    assert.deepEqual(amounts([item(50), item(20)], 64), [50, 14], "the larger part of the second one");
    assert.deepEqual(amounts([item(50), item(40)], 64), [50, 0], "less than half would cost a pass for little");
  });

  it("always goes on with somebody: a stream, or a part of a prompt however long", () => {
    assert.deepEqual(amounts([item(200)], 64), [64]);
    const any = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(any, fc.integer({ min: 1, max: 64 }), (pieces, size) => {
      const items = pieces.map(([tokens, importance]) => item(tokens, importance as Item["evaluationPriority"]));
      const taken = shared(items, size);
      const total = taken.reduce((sum, { processAmount }) => sum + processAmount, 0);
      assert.ok(total >= 1 && total <= size);
      assert.ok(taken.every((one) => one.processAmount >= 1 && one.processAmount <= one.item.tokens.length));
      const streams = items.filter(({ tokens }) => tokens.length === 1).length;
      assert.ok(taken.filter((one) => one.item.tokens.length === 1).length >= Math.min(streams, size));
    }));
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
