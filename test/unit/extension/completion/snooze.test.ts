import assert from "node:assert/strict";

import { Snooze } from "../../../../extension/completion/snooze.ts";
import { VirtualClock } from "../../../helpers/virtual-clock.ts";

describe("snooze", () => {
  it("ends by itself, and tells both", async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const snooze = new Snooze(clock, (minutes) => seen.push(minutes));
    snooze.start(5);
    await clock.advance(5 * 60_000 - 1);
    assert.equal(snooze.active, true);
    await clock.advance(1);
    assert.equal(snooze.active, false);
    assert.deepEqual(seen, [5, 0]);
  });

  it("ends by hand, and a new one replaces the old", async () => {
    const clock = new VirtualClock();
    const snooze = new Snooze(clock, () => undefined);
    snooze.start(5);
    snooze.start(15);
    await clock.advance(10 * 60_000);
    assert.equal(snooze.active, true);
    snooze.end();
    assert.equal(snooze.active, false);
    await clock.advance(10 * 60_000);
    assert.equal(snooze.active, false);
  });
});
