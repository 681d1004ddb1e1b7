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

  it("clients of one class take turns, and each one's requests keep their order", () => {
    const pushes = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 40 });
    fc.assert(fc.property(pushes, (clients) => {
      const queue = new RequestQueue<{ client: string; order: number }>(100);
      for (const [order, client] of clients.entries()) queue.push({ client, order }, "chat", client);
      const served = clients.map(() => queue.shift());
      const left = new Map<string, number>();
      for (const client of clients) left.set(client, (left.get(client) ?? 0) + 1);
      const last = new Map<string, number>();
      for (const [turn, item] of served.entries()) {
        assert.ok(item !== undefined);
        const { client, order } = item;
        assert.ok(order > (last.get(client) ?? -1), "in order of arrival");
        last.set(client, order);
        // Nobody who still waits was served fewer times than this one, less one turn.
        const turns = (name: string): number => served.slice(0, turn).filter((one) => one?.client === name).length;
        for (const [other, count] of left) if (other !== client && turns(other) < count) assert.ok(turns(client) <= turns(other), `${client} before ${other}`);
      }
      assert.equal(queue.size, 0);
    }));
  });

  it("one that comes late waits for one turn of each other client, not for all their requests", () => {
    const queue = new RequestQueue<string>(100);
    for (let i = 0; i < 50; i++) queue.push(`many ${i}`, "notebook", "many");
    assert.equal(queue.shift(), "many 0");
    queue.push("one", "notebook", "one");
    assert.deepEqual([queue.shift(), queue.shift(), queue.shift()], ["many 1", "one", "many 2"]);
    assert.deepEqual(queue.drain().length, 47);
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
