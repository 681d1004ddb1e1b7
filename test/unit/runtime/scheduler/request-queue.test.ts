import assert from "node:assert/strict";

import fc from "fast-check";

import { PRIORITIES, type Priority, RequestQueue } from "../../../../runtime/scheduler/request-queue.ts";

describe("RequestQueue", () => {
  const requests = fc.array(fc.constantFrom<Priority>(...PRIORITIES), { maxLength: 40 });

  it("serves the most urgent class first and, within a class, in order of arrival", () => {
    fc.assert(fc.property(requests, (priorities) => {
      const queue = new RequestQueue<{ priority: Priority; order: number }>(100);
      for (const [order, priority] of priorities.entries()) queue.push({ priority, order }, priority);
      const served = Array.from(priorities, () => queue.shift());
      const expected = priorities.map((priority, order) => ({ priority, order }))
        .sort((a, b) => PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) || a.order - b.order);
      assert.deepEqual(served, expected);
      assert.equal(queue.shift(), undefined);
    }));
  });

  it("never holds more than its capacity and says so", () => {
    fc.assert(fc.property(requests, fc.integer({ min: 0, max: 10 }), (priorities, capacity) => {
      const queue = new RequestQueue<object>(capacity);
      const taken = priorities.filter((priority) => queue.push({}, priority));
      assert.equal(taken.length, Math.min(capacity, priorities.length));
      assert.equal(queue.size, taken.length);
    }));
  });

  it("takes out one item and leaves the others in their order", () => {
    const queue = new RequestQueue<{ name: string }>(10);
    const [a, b, c] = ["a", "b", "c"].map((name) => ({ name }));
    assert.ok(a && b && c);
    for (const item of [a, b, c]) queue.push(item, "chat");
    assert.equal(queue.remove(b), true);
    assert.equal(queue.remove(b), false);
    assert.deepEqual(queue.drain(), [a, c]);
    assert.equal(queue.size, 0);
  });
});
