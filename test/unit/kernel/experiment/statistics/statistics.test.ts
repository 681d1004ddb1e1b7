import assert from "node:assert/strict";
import fc from "fast-check";
import { normalCdf, normalQuantile, studentQuantile } from "../../../../../kernel/experiment/statistics/distributions.ts";
import { meanInterval } from "../../../../../kernel/experiment/statistics/interval.ts";
import { wilsonInterval } from "../../../../../kernel/experiment/statistics/proportions.ts";
import { type Spread, summarise } from "../../../../../kernel/experiment/statistics/statistics.ts";
import { assertFinite, close, reference } from "../../../../helpers/statistics-reference.ts";

describe("statistics against NumPy and SciPy", () => {
  for (const { name, values, expected } of reference.describe) {
    it(`describes ${name} (n = ${values.length})`, () => {
      const summary = summarise(values);
      for (const key of ["n", "mean", "sd", "median", "mad", "min", "max", "p25", "p75", "p95", "p99"] as const) close(summary[key], expected[key], 1e-12, key);
      close(summary.interval?.low, expected.interval?.[0] ?? null, 1e-9, "interval low");
      close(summary.interval?.high, expected.interval?.[1] ?? null, 1e-9, "interval high");
    });
  }

  for (const { name, values, mean, sd } of reference.extreme) {
    it(`has mean and deviation of values ${name}`, () => {
      const summary = summarise(values);
      close(summary.mean, mean, 1e-12, "mean");
      close(summary.sd, sd, 1e-12, "sd");
    });
  }

  for (const { successes, trials, interval } of reference.wilson) {
    it(`gives Wilson's interval of ${successes} out of ${trials}`, () => {
      const actual = wilsonInterval(successes, trials);
      close(actual?.low, interval[0], 1e-12, "low");
      close(actual?.high, interval[1], 1e-12, "high");
    });
  }

  it("has the normal and Student's distribution", () => {
    for (const [x, p] of reference.distributions.normalCdf) assert.ok(Math.abs(normalCdf(x) - p) < 1e-14, `normal cdf ${x}`);
    for (const [p, x] of reference.distributions.normalQuantile) assert.ok(Math.abs(normalQuantile(p) - x) < 1e-8, `normal quantile ${p}`);
    for (const [p, degrees, t] of reference.distributions.studentQuantile) close(studentQuantile(p, degrees), t, 1e-9, `t quantile ${p}, ${degrees}`);
  });
});

describe("intervals", () => {
  it("names its method by the number of values", () => {
    const list = (n: number) => Array.from({ length: n }, (_, i) => i);
    assert.equal(meanInterval(list(1)), null);
    assert.equal(meanInterval(list(9))?.method, "bootstrap percentile");
    assert.equal(meanInterval(list(10))?.method, "bootstrap BCa");
    assert.equal(meanInterval(list(29))?.method, "bootstrap BCa");
    assert.equal(meanInterval(list(30))?.method, "t");
  });

  it("has no share of nothing", () => assert.equal(wilsonInterval(0, 0), null));
});

describe("fault 50: few, equal and missing values", () => {
  const cases: Array<{ title: string; values: Array<number | null>; n: number; missing: number; sd: number | null }> = [
    { title: "no value at all", values: [], n: 0, missing: 0, sd: null },
    { title: "only missing values", values: [null, null], n: 0, missing: 2, sd: null },
    { title: "one value", values: [5], n: 1, missing: 0, sd: null },
    { title: "one value and one missing", values: [null, 5], n: 1, missing: 1, sd: null },
    { title: "equal values", values: [3, 3, 3, 3, 3, 3, 3, 3, 3, 3], n: 10, missing: 0, sd: 0 },
    { title: "forty equal values", values: Array.from({ length: 40 }, () => 2), n: 40, missing: 0, sd: 0 },
    { title: "zeros", values: [0, 0, 0], n: 3, missing: 0, sd: 0 },
    { title: "NaN and infinity", values: [1, Number.NaN, Number.POSITIVE_INFINITY, 3], n: 2, missing: 2, sd: Math.SQRT2 },
  ];
  for (const { title, values, n, missing, sd } of cases) {
    it(title, () => {
      const summary = summarise(values);
      assert.equal(summary.n, n);
      assert.equal(summary.missing, missing);
      if (sd === null) assert.equal(summary.sd, null);
      else close(summary.sd, sd, 1e-12, "sd");
      assertFinite(summary);
    });
  }

  it("never shows a number that is not finite, whatever doubles come", () => {
    const value = fc.oneof(fc.constant(null), fc.double(), fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.constantFrom(0, 1, 1, 1, 5e-324, 1.7e308, -1.7e308));
    fc.assert(fc.property(fc.array(value, { maxLength: 40 }), (values) => {
      const summary = summarise(values);
      assertFinite(summary);
      if (summary.n === 0) return;
      const [mean, min, max] = [summary.mean, summary.min, summary.max] as [number, number, number];
      assert.ok(min <= mean && mean <= max, `${mean} lies from ${min} to ${max}`);
      assert.ok(summary.interval === null || summary.interval.low <= summary.interval.high);
    }), { numRuns: 100 });
  });
});

describe("outliers", () => {
  const steady = [101, 99, 100.5, 98.75, 100, 101.5, 99.5, 100.25, 99, 100, 101];

  it("are flagged, listed and left in", () => {
    const summary = summarise([...steady.slice(0, 5), 250, ...steady.slice(5)]);
    assert.deepEqual(summary.outliers, [{ index: 5, value: 250 }]);
    assert.equal(summary.n, 12);
    assert.equal(summary.max, 250);
    assert.deepEqual(summary.without, summariseSpread(steady));
  });

  it("count missing values in their positions", () => assert.deepEqual(summarise([null, ...steady, 250]).outliers, [{ index: 12, value: 250 }]));
  for (const { name, values, flagged } of reference.outliers) {
    it(`are those of NumPy in ${name}`, () => assert.deepEqual(summarise(values).outliers.map(({ index }) => index), flagged));
  }
  it("need eight values", () => assert.deepEqual(summarise([1, 1.1, 0.9, 1, 1.05, 0.95, 99]).outliers, []));
  it("need both tests: a spread sample has none", () => assert.equal(summarise([1, 2, 3, 4, 5, 6, 7, 8, 9]).without, null));
  it("are found where more than half of the values are equal", () => {
    assert.deepEqual(summarise([5, 5, 5, 5, 5, 5, 5, 5, 5, 80]).outliers, [{ index: 9, value: 80 }]);
  });
});

function summariseSpread(values: number[]): Spread {
  const { missing: _missing, outliers: _outliers, without: _without, ...spread } = summarise(values);
  return spread;
}
