import assert from "node:assert/strict";

import { StatisticsKeeper, type StatisticsStore } from "../../../../extension/completion/statistics-keeper.ts";
import { noCounts, readCounts, type StatisticsCounts } from "../../../../extension/completion/statistics-counts.ts";
import type { RequestRecord } from "../../../../extension/completion/request.ts";
import { VirtualClock } from "../../../helpers/virtual-clock.ts";

const RECORD: RequestRecord = {
  id: "c1", languageId: "python", invoked: false, answer: { kind: "shown", suggestions: [{ text: "private words", replaced: 0 }], source: "new" },
  stages: { debounce: 60, queue: 0.5, ttft: 120, decode: 80, filter: 0.4, total: 260 }, promptTokens: 300, cachedTokens: 290, generatedTokens: 12,
};
const NONE: RequestRecord = { ...RECORD, answer: { kind: "none", reason: "unsure" } };

class FakeStore implements StatisticsStore {
  value: unknown;
  writes = 0;

  get(): unknown {
    return this.value;
  }

  set(value: StatisticsCounts): Promise<void> {
    this.writes++;
    this.value = JSON.parse(JSON.stringify(value));
    return Promise.resolve();
  }
}

describe("keeping the statistics", () => {
  let store: FakeStore;
  let clock: VirtualClock;
  let today = 1_000;
  const keeper = (): StatisticsKeeper => new StatisticsKeeper(store, clock, (error) => assert.fail(String(error)), () => today);
  beforeEach(() => {
    store = new FakeStore();
    clock = new VirtualClock();
    today = 1_000;
  });

  it("they survive a restart of the window", async () => {
    const first = keeper();
    first.statistics.request(RECORD);
    first.statistics.request(NONE);
    first.statistics.shown(7);
    first.statistics.accepted(11, true);
    await clock.advance(6_000);
    today = 9_000;
    const second = keeper();
    second.statistics.request(NONE);
    const { since, requests, shown, accepted, acceptedCharacters, shownLatency, reasons } = second.summary();
    assert.deepEqual([since, requests, shown, accepted, acceptedCharacters], [1_000, 3, 1, 1, 11]);
    assert.deepEqual(shownLatency, { p50: 260, p95: 260 });
    assert.deepEqual(reasons, [["unsure", 2]]);
  });

  it("what was counted last is saved when the window closes, and written seldom before", async () => {
    const one = keeper();
    for (let n = 0; n < 50; n++) one.statistics.request(NONE);
    await clock.advance(1_000);
    assert.equal(store.writes, 0);
    one.dispose();
    assert.equal(keeper().summary().requests, 50);
    await clock.advance(10_000);
    assert.equal(store.writes, 1);
  });

  it("two windows add up", async () => {
    const [one, other] = [keeper(), keeper()];
    one.statistics.generated(10);
    other.statistics.generated(5);
    await clock.advance(6_000);
    one.statistics.generated(1);
    await clock.advance(6_000);
    assert.deepEqual([one.summary().generatedTokens, other.summary().generatedTokens], [16, 16]);
  });

  it("a store that still tells what was there before loses nothing", async () => {
    const one = keeper();
    one.statistics.generated(10);
    await one.save();
    const before = store.value;
    one.statistics.generated(5);
    await one.save();
    store.value = before;
    assert.equal(one.summary().generatedTokens, 15);
    one.statistics.generated(1);
    await one.save();
    assert.equal(keeper().summary().generatedTokens, 16);
  });

  it("a reset begins anew, from that day on", async () => {
    const one = keeper();
    one.statistics.generated(10);
    await clock.advance(6_000);
    one.statistics.generated(10);
    today = 5_000;
    await one.reset();
    await clock.advance(6_000);
    const { since, generatedTokens } = keeper().summary();
    assert.deepEqual([since, generatedTokens], [5_000, 0]);
  });

  it("holds numbers and reasons only, no text", async () => {
    const one = keeper();
    one.statistics.request(RECORD);
    one.statistics.request(NONE);
    await one.save();
    assert.doesNotMatch(JSON.stringify(store.value), /private|words|python/);
  });

  for (const [name, value] of Object.entries({
    nothing: undefined, "another kind": 7, "negative numbers": { ...noCounts(1), requests: -1 }, "no numbers": { ...noCounts(1), shown: "many" }, "no lists": { ...noCounts(1), shownTimes: {} }, "no reasons": { ...noCounts(1), reasons: null },
  })) {
    it(`begins anew where ${name} is kept`, () => {
      assert.equal(readCounts(value), null);
      store.value = value;
      assert.equal(keeper().summary().requests, 0);
    });
  }

  it("leaves out reasons that it does not know", () => {
    assert.deepEqual(readCounts({ ...noCounts(1), reasons: { unsure: 2, invented: 3 } })?.reasons, { unsure: 2 });
  });
});
