import assert from "node:assert/strict";

import fc from "fast-check";

import { commonPrefix } from "../../../../runtime/scheduler/common-prefix.ts";
import { SlotPool } from "../../../../runtime/scheduler/slot-pool.ts";

describe("SlotPool", () => {
  const prompt = (...tokens: number[]): Uint32Array => Uint32Array.from(tokens);

  it("prefers the free slot that holds the longest prefix of the prompt", () => {
    const pool = new SlotPool(3);
    for (const tokens of [prompt(1, 2, 9), prompt(1, 2, 3), prompt(7)]) pool.take(tokens);
    pool.give(0, prompt(1, 2, 9));
    pool.give(1, prompt(1, 2, 3));
    pool.give(2, prompt(7));
    assert.equal(pool.take(prompt(1, 2, 3, 4)), 1);
    assert.equal(pool.take(prompt(1, 2, 3, 4)), 0);
    assert.equal(pool.take(prompt(1, 2, 3, 4)), 2);
    assert.equal(pool.take(prompt(1)), null);
  });

  it("does not give up a conversation for a prompt that only begins like it", () => {
    const pool = new SlotPool(2);
    pool.take(prompt(1, 2, 3));
    pool.give(0, prompt(1, 2, 3, 4, 5));
    assert.equal(pool.take(prompt(1, 8, 9)), 1);
  });

  it("takes the slot not used for longest when none holds more of the prompt", () => {
    const pool = new SlotPool(2);
    assert.equal(pool.take(prompt(1)), 0);
    assert.equal(pool.take(prompt(2)), 1);
    pool.give(1, prompt(2));
    pool.give(0, prompt(1));
    assert.equal(pool.take(prompt(3)), 0);
  });

  it("takes slots side by side, because those are evaluated together", () => {
    const pool = new SlotPool(6);
    for (let i = 0; i < 6; i++) pool.take(prompt(i));
    for (const index of [4, 0, 5, 2, 1]) pool.give(index, prompt(100 + index));
    assert.equal(pool.take(prompt(1)), 2, "beside 3, and not used for longer than 4");
    assert.equal(pool.take(prompt(2)), 1);
    assert.equal(pool.take(prompt(105, 7)), 5, "what holds the prompt comes first");
    assert.equal(pool.take(prompt(3)), 4, "between two before beside one");
    assert.equal(pool.take(prompt(4)), 0);
  });

  it("keeps the slot of the last completion for five minutes, and the only slot for nobody", () => {
    let now = 0;
    const pool = new SlotPool(2, () => now);
    assert.equal(pool.take(prompt(1, 2), true), 0);
    pool.give(0, prompt(1, 2));
    assert.equal(pool.take(prompt(7)), 1);
    assert.equal(pool.take(prompt(8)), null);
    assert.equal(pool.take(prompt(1, 2, 3)), 0, "who has the same text may have it");
    pool.give(0, prompt(1, 2));
    now = 6 * 60_000;
    assert.equal(pool.take(prompt(8)), 0);
    const single = new SlotPool(1);
    single.take(prompt(1), true);
    single.give(0, prompt(1));
    assert.equal(single.take(prompt(9)), 0);
  });

  it("forgets what a slot held when its request failed", () => {
    const pool = new SlotPool(2);
    pool.take(prompt(5));
    pool.take(prompt(5));
    pool.give(0, undefined);
    pool.give(1, prompt(5, 6));
    assert.equal(pool.take(prompt(5, 6, 7)), 1);
  });

  it("fault 39: hands out no slot twice, and all of them again after they were given back", () => {
    const step = fc.record({ take: fc.boolean(), tokens: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }) });
    fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 50 }), (size, steps) => {
      const pool = new SlotPool(size);
      const held: number[] = [];
      for (const { take, tokens } of steps) {
        if (take) {
          const slot = pool.take(prompt(...tokens));
          assert.equal(slot === null, held.length === size);
          if (slot !== null) {
            assert.ok(!held.includes(slot));
            held.push(slot);
          }
        } else {
          const slot = held.pop();
          if (slot !== undefined) pool.give(slot, prompt(...tokens));
        }
        assert.equal(pool.busy, held.length);
      }
    }));
  });

  it("refuses a slot that was not taken", () => {
    assert.throws(() => new SlotPool(1).give(0, undefined), /not taken/);
  });

  it("counts a common prefix", () => {
    assert.equal(commonPrefix(prompt(), prompt(1)), 0);
    assert.equal(commonPrefix(prompt(1, 2), prompt(1, 2, 3)), 2);
    assert.equal(commonPrefix(prompt(1, 2, 4), prompt(1, 2, 3)), 2);
  });
});
