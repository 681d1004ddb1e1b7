import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";

import { StateChanges } from "../../../../runtime/engine/state-changes.ts";

describe("changes of a context", () => {
  it("hold streams back until the last of them is through, failed ones too", async () => {
    const changes = new StateChanges();
    const ends: Array<(error?: Error) => void> = [];
    const change = (): Promise<string> => changes.make(() => new Promise((resolve, reject) => ends.push((error) => (error === undefined ? resolve("done") : reject(error)))));
    await changes.pass();
    const [first, second] = [change(), change()];
    let passed = false;
    const stream = changes.pass().then(() => (passed = true));
    ends[0]?.(new Error("no"));
    await assert.rejects(first, /no/);
    await turn();
    assert.equal(passed, false);
    ends[1]?.();
    assert.equal(await second, "done");
    await stream;
  });

  it("that come one after the other each hold streams back", async () => {
    const changes = new StateChanges();
    const order: string[] = [];
    const first = changes.make(async () => void order.push("first"));
    const stream = changes.pass().then(() => order.push("stream"));
    await first;
    await stream;
    await changes.make(async () => void order.push("second"));
    await changes.pass();
    assert.deepEqual(order, ["first", "stream", "second"]);
  });
});
