import assert from "node:assert/strict";
import fc from "fast-check";
import { arrivalGap } from "../../../../../kernel/experiment/bench/arrivals.ts";
import type { BenchRequest } from "../../../../../kernel/experiment/bench/bench-request.ts";
import type { Amount, Load } from "../../../../../kernel/experiment/bench/bench-spec.ts";
import { sendLoad } from "../../../../../kernel/experiment/bench/send-load.ts";
import { mean, sampleSd } from "../../../../../kernel/experiment/statistics/moments.ts";
import { seededRandom } from "../../../../../kernel/experiment/statistics/random.ts";
import { settle, VirtualClock } from "../../../../helpers/virtual-clock.ts";

describe("gaps between arrivals", () => {
  for (const [burstiness, name] of [[1, "a Poisson process"], [0.25, "bursts"], [4, "even arrivals"]] as const) {
    it(`have the mean of the rate and the spread of ${name}`, () => {
      const random = seededRandom(5);
      const gaps = Array.from({ length: 40_000 }, () => arrivalGap(2, burstiness, random));
      const centre = mean(gaps);
      assert.ok(Math.abs(centre - 0.5) < 0.02, `mean ${centre}`);
      const cv = sampleSd(gaps) / centre;
      assert.ok(Math.abs(cv * Math.sqrt(burstiness) - 1) < 0.04, `cv ${cv}`);
    });
  }

  it("are finite and not negative for any rate and shape", () => {
    fc.assert(fc.property(fc.double({ min: 1e-3, max: 1000, noNaN: true }), fc.double({ min: 1e-2, max: 100, noNaN: true }), fc.nat(), (rate, burstiness, seed) => {
      const gap = arrivalGap(rate, burstiness, seededRandom(seed));
      assert.ok(Number.isFinite(gap) && gap >= 0);
    }));
  });
});

/** Sends to a server that takes `ms` for each request; time passes only here. */
async function run(load: Load, amount: Amount, { ms = 100, seed = 1, abortAt = Infinity } = {}) {
  const clock = new VirtualClock();
  const abort = new AbortController();
  let underWay = 0;
  let most = 0;
  if (Number.isFinite(abortAt)) void clock.sleep(abortAt).then(() => abort.abort());
  const send = async (index: number, scheduledAt: number | null): Promise<BenchRequest> => {
    const sentAt = clock.now();
    most = Math.max(most, ++underWay);
    await clock.sleep(ms);
    underWay--;
    return { corner: {}, index, scheduledAt, sentAt, endedAt: clock.now(), status: "ok", reply: null, error: null };
  };
  const wait = (time: number, signal: AbortSignal) => clock.sleep(time, signal).catch(() => undefined);
  const requests = await settle(clock, sendLoad(load, amount, { send, now: () => clock.now(), wait, signal: abort.signal, seed, onDone: () => undefined }));
  return { requests, most };
}

describe("closed load", () => {
  it("keeps as many requests under way, and no more", async () => {
    const { requests, most } = await run({ kind: "closed", concurrency: 3 }, { requests: 7 });
    assert.equal(most, 3);
    assert.deepEqual(requests.map(({ index, sentAt }) => [index, sentAt]), [[0, 0], [1, 0], [2, 0], [3, 100], [4, 100], [5, 100], [6, 200]]);
  });

  it("sends for a time, and waits for those under way", async () => {
    const { requests } = await run({ kind: "closed", concurrency: 2 }, { seconds: 1 }, { ms: 300 });
    assert.deepEqual([requests.length, requests.at(-1)?.endedAt], [8, 1200]);
  });

  it("sends no more after an interrupt", async () => assert.equal((await run({ kind: "closed", concurrency: 2 }, { requests: 100 }, { abortAt: 250 })).requests.length, 6));
});

describe("open load", () => {
  const open: Load = { kind: "open", rate: 10, burstiness: 1 };

  it("sends by its plan, however slow the server is", async () => {
    const fast = await run(open, { requests: 12 });
    const slow = await run(open, { requests: 12 }, { ms: 5000 });
    assert.deepEqual(slow.requests.map(({ sentAt }) => sentAt), fast.requests.map(({ sentAt }) => sentAt));
    assert.equal(slow.most, 12);
    for (const { scheduledAt, sentAt } of slow.requests) assert.ok(sentAt >= (scheduledAt ?? Infinity) && sentAt - (scheduledAt ?? 0) <= 1);
  });

  it("has the same plan for the same seed, another for another", async () => {
    const plan = async (seed: number) => (await run(open, { requests: 5 }, { seed })).requests.map(({ scheduledAt }) => scheduledAt);
    assert.deepEqual(await plan(1), await plan(1));
    assert.notDeepEqual(await plan(1), await plan(2));
  });

  it("ends with its time", async () => {
    const { requests } = await run({ ...open, rate: 20 }, { seconds: 2 });
    assert.ok(requests.length > 20 && requests.length < 60);
    assert.ok(requests.every(({ scheduledAt }) => (scheduledAt ?? 0) < 2000));
  });
});
