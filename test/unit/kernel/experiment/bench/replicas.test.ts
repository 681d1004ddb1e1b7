import assert from "node:assert/strict";
import fc from "fast-check";
import { type Conditions, erlangC, estimate, rateAt, type ReplicaPoint, replicasFor, serviceAt } from "../../../../../kernel/experiment/bench/replicas.ts";

const FREE: Conditions = { overheadMs: 0, most: 0.7, limitMs: null };
/** One place of 500 ms: two requests per second, however many wait. */
const ONE: ReplicaPoint[] = [{ concurrency: 1, perSecond: 2 }];
/** Four places that slow each other down. */
const FOUR: ReplicaPoint[] = [{ concurrency: 1, perSecond: 1 }, { concurrency: 2, perSecond: 1.6 }, { concurrency: 4, perSecond: 2 }];

const close = (actual: number | null, expected: number, by = 1e-6): void => assert.ok(actual !== null && Math.abs(actual - expected) <= by * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);

describe("rate of one replica", () => {
  for (const [concurrency, expected] of [[0, 0], [0.5, 0.5], [1, 1], [1.5, 1.3], [3, 1.8], [4, 2], [100, 2]] as const) {
    it(`with ${concurrency} under way is ${expected}/s`, () => close(rateAt(FOUR, concurrency), expected));
  }

  for (const [rate, ms] of [[0, 1000], [0.4, 1000], [1, 1000], [1.6, 1250], [1.8, 3000 / 1.8], [2, 2000]] as const) {
    it(`a request takes ${ms.toFixed(0)} ms while it ends ${rate}/s`, () => close(serviceAt(FOUR, rate), ms));
  }
});

describe("Erlang C", () => {
  // One server: the share of time it is busy. The others: any table of Erlang's C formula.
  for (const [servers, offered, expected] of [[1, 0.3, 0.3], [1, 0.9, 0.9], [2, 1, 1 / 3], [3, 2, 4 / 9], [10, 8, 0.409180], [5, 0, 0]] as const) {
    it(`${servers} servers, ${offered} busy: ${expected.toFixed(4)}`, () => close(erlangC(servers, offered), expected, 1e-5));
  }

  it("is a probability that grows with the load, for any numbers", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 0.99, noNaN: true }), fc.double({ min: 0, max: 0.99, noNaN: true }), (servers, a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((used) => erlangC(servers, used * servers)) as [number, number];
      assert.ok(less >= 0 && more <= 1 && less <= more + 1e-12);
    }));
  });
});

describe("clients that ask again at once", () => {
  for (const { title, points, clients, replicas, over, perSecond, meanMs } of [
    { title: "one after another", points: ONE, clients: 1, replicas: 1, over: {}, perSecond: 2, meanMs: 500 },
    { title: "three behind one place", points: ONE, clients: 3, replicas: 1, over: {}, perSecond: 2, meanMs: 1500 },
    { title: "two replicas take twice as many", points: FOUR, clients: 8, replicas: 2, over: {}, perSecond: 4, meanMs: 2000 },
    { title: "a replica for each is no faster than one alone", points: FOUR, clients: 2, replicas: 2, over: {}, perSecond: 2, meanMs: 1000 },
    { title: "more replicas than clients stand idle", points: ONE, clients: 1, replicas: 4, over: {}, perSecond: 2, meanMs: 500 },
    { title: "the way costs one client its whole length", points: ONE, clients: 1, replicas: 1, over: { overheadMs: 500 }, perSecond: 1, meanMs: 1000 },
    { title: "the way of many is hidden behind the others", points: ONE, clients: 8, replicas: 1, over: { overheadMs: 500 }, perSecond: 2, meanMs: 4000 },
  ]) {
    it(title, () => {
      const found = estimate(points, { kind: "clients", clients }, replicas, { ...FREE, ...over });
      close(found.perSecond, perSecond, 1e-3);
      close(found.meanMs, meanMs, 1e-3);
    });
  }

  it("needs the fewest replicas that keep the limit", () => {
    assert.equal(replicasFor(ONE, { kind: "clients", clients: 8 }, { ...FREE, limitMs: 1000 })?.replicas, 4);
    assert.equal(replicasFor(ONE, { kind: "clients", clients: 8 }, { ...FREE, limitMs: 499 }), null);
  });
});

describe("arrivals at random", () => {
  it("one place is the queue of the textbooks: the mean wait is used / (rate of service - rate)", () => {
    const found = estimate(ONE, { kind: "rate", perSecond: 1 }, 1, FREE);
    close(found.used, 0.5);
    close(found.meanMs, 500 + (0.5 * 1000) / (2 - 1));
    close(found.p95Ms, 500 + 1000 * Math.log(0.5 / 0.05));
  });

  it("has no time where more arrive than end", () => {
    const found = estimate(ONE, { kind: "rate", perSecond: 2 }, 1, FREE);
    assert.deepEqual([found.meanMs, found.p95Ms, found.enough], [null, null, false]);
  });

  // The last by hand: with 42 the wait is exponential with mean 1000 / (2 - 10/42) = 567 ms behind 0.119 busy, so p95 = 500 + 492 ms; with 41 it is 1007 ms.
  for (const [rate, most, limitMs, replicas] of [[1, 0.7, null, 1], [2, 0.7, null, 2], [10, 0.7, null, 8], [10, 1, null, 6], [10, 0.7, 1000, 42]] as const) {
    it(`${rate}/s, at most ${most} used${limitMs === null ? "" : `, ${limitMs} ms`}: ${replicas}`, () => {
      assert.equal(replicasFor(ONE, { kind: "rate", perSecond: rate }, { overheadMs: 0, most, limitMs })?.replicas, replicas);
    });
  }

  it("one more replica never makes it slower, and what is enough stays enough", () => {
    const curve = fc.array(fc.double({ min: 0.05, max: 5, noNaN: true }), { minLength: 1, maxLength: 5 }).map((gains) => {
      let perSecond = 0;
      // Each doubling of the concurrency helps, by less than itself.
      return gains.map((gain, i) => ({ concurrency: 2 ** i, perSecond: (perSecond += i === 0 ? gain : Math.min(gain, perSecond)) }));
    });
    fc.assert(fc.property(curve, fc.double({ min: 0.01, max: 50, noNaN: true }), fc.integer({ min: 1, max: 60 }), (points, perSecond, replicas) => {
      const [fewer, more] = [estimate(points, { kind: "rate", perSecond }, replicas, FREE), estimate(points, { kind: "rate", perSecond }, replicas + 1, FREE)];
      if (fewer.enough) assert.ok(more.enough);
      if (fewer.p95Ms !== null && more.p95Ms !== null) assert.ok(more.p95Ms <= fewer.p95Ms * (1 + 1e-9));
    }));
  });
});
