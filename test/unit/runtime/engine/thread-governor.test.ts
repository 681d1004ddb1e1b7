import assert from "node:assert/strict";

import fc from "fast-check";

import { ThreadGovernor } from "../../../../runtime/engine/thread-governor.ts";

const WINDOW = 500;

/** Feeds windows of 500 ms, each with the cores that this process and nobody used. */
function run(most: number, windows: Array<{ own: number; idle: number }>): number[] {
  const governor = new ThreadGovernor(most, { at: 0, own: 0, idle: 0 });
  const now = { at: 0, own: 0, idle: 0 };
  return windows.map(({ own, idle }) => {
    now.at += WINDOW;
    now.own += own * WINDOW;
    now.idle += idle * WINDOW;
    governor.sample({ ...now });
    return governor.threads;
  });
}

const repeat = (count: number, own: number, idle: number): Array<{ own: number; idle: number }> => Array.from({ length: count }, () => ({ own, idle }));

describe("ThreadGovernor", () => {
  for (const [what, most, own, idle, expected] of [
    ["an idle machine", 2, 0, 2, 2],
    ["both cores to itself", 2, 1.95, 0, 2],
    ["its own front and client beside it", 2, 1.8, 0, 2],
    ["one busy neighbour", 2, 1.3, 0, 1],
    ["two busy neighbours", 2, 1, 0, 1],
    ["a crowd", 2, 0.2, 0, 1],
    ["eight cores, three taken", 8, 5, 0, 5],
    ["hardware threads beyond its own", 8, 8, 8, 8],
  ] as const) {
    it(`${what}: ${expected} of ${most} threads`, () => assert.equal(run(most, repeat(2, own, idle))[1], expected));
  }

  it("does not go down for what takes a part of a core for a moment", () => {
    assert.deepEqual(run(2, [...repeat(1, 1.3, 0), ...repeat(1, 1.9, 0), ...repeat(2, 1.3, 0)]), [2, 2, 2, 1]);
  });

  it("goes down at once where a whole core is gone, and up one thread at a time after two roomy windows", () => {
    const windows = [...repeat(1, 1.2, 0), ...repeat(7, 1, 3)];
    assert.deepEqual(run(4, windows), [1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it("does not go up on a single roomy window", () => {
    assert.deepEqual(run(2, [...repeat(1, 1, 0), ...repeat(1, 1, 1), ...repeat(1, 1, 0), ...repeat(1, 1, 1)]), [1, 1, 1, 1]);
  });

  it("leaves out the pause between two evaluations", () => {
    const governor = new ThreadGovernor(2, { at: 0, own: 0, idle: 0 });
    governor.restart({ at: 10_000, own: 0, idle: 0 });
    governor.sample({ at: 10_500, own: 1_000, idle: 0 });
    assert.equal(governor.threads, 2);
  });

  it("always has at least one thread and never more than allowed", () => {
    const load = fc.record({ own: fc.double({ min: 0, max: 64, noNaN: true }), idle: fc.double({ min: 0, max: 64, noNaN: true }) });
    fc.assert(fc.property(fc.integer({ min: 1, max: 64 }), fc.array(load), (most, windows) => {
      assert.ok(run(most, windows).every((threads) => Number.isInteger(threads) && threads >= 1 && threads <= most));
    }));
  });

  it("gives a model that wants more threads all of them", () => {
    const governor = new ThreadGovernor(2, { at: 0, own: 0, idle: 0 });
    governor.allow(1);
    assert.equal(governor.threads, 2);
    governor.allow(6);
    assert.deepEqual([governor.threads, governor.most], [6, 6]);
  });
});
