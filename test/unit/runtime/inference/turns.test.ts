import assert from "node:assert/strict";

import { Turns } from "../../../../runtime/inference/turns.ts";

describe("Turns", () => {
  it("lets one at a time pass, in the order of asking, and takes an end that is told twice for one", async () => {
    const turns = new Turns();
    const passed: number[] = [];
    const ends = [0, 1, 2].map((i) => turns.take().then((end) => { passed.push(i); return end; }));
    const first = await ends[0];
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(passed, [0]);
    first?.();
    first?.();
    await ends[1];
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(passed, [0, 1]);
    (await ends[1])?.();
    await ends[2];
    assert.deepEqual(passed, [0, 1, 2]);
  });
});
