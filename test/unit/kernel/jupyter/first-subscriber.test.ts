import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { FirstSubscriber } from "../../../../kernel/jupyter/first-subscriber.ts";

describe("FirstSubscriber", () => {
  it("holds work until somebody listens, and keeps its order", () => {
    const seen: number[] = [];
    const gate = new FirstSubscriber(60_000);
    gate.after(() => seen.push(1));
    gate.after(() => seen.push(2));
    assert.equal(seen.length, 0);
    gate.arrived();
    gate.after(() => seen.push(3));
    assert.deepEqual(seen, [1, 2, 3]);
    gate.arrived();
    assert.deepEqual(seen, [1, 2, 3]);
  });

  it("goes on without a listener when none comes", async () => {
    const seen: number[] = [];
    const gate = new FirstSubscriber(5);
    gate.after(() => seen.push(1));
    while (seen.length === 0) await sleep(2);
    gate.dispose();
  });
});
