import assert from "node:assert/strict";
import fc from "fast-check";
import { type Pair, pairedDifference, pairedRatio } from "../../../../../kernel/experiment/statistics/paired.ts";
import { assertFinite, close, reference } from "../../../../helpers/statistics-reference.ts";

describe("paired estimates against SciPy, for the same draws", () => {
  for (const { name, a, b, difference, ratio, student_p: studentP } of reference.paired) {
    const pairs = a.map((value, i) => [value, b[i]] as Pair);

    it(`difference of ${name} pairs`, () => {
      const actual = pairedDifference(pairs);
      close(actual?.value, difference.value, 1e-12, "difference");
      close(actual?.interval?.low, difference.interval[0], 1e-6, "low");
      close(actual?.interval?.high, difference.interval[1], 1e-6, "high");
      if (studentP !== null) assert.ok(Math.abs((actual?.p(0) ?? 1) - studentP) < 1e-10, `p ${actual?.p(0)}`);
    });

    it(`geometric mean of the ratios of ${name} pairs`, () => {
      const actual = pairedRatio(pairs);
      close(actual?.value, ratio.value, 1e-12, "ratio");
      close(actual?.interval?.low, ratio.interval[0], 1e-6, "low");
      close(actual?.interval?.high, ratio.interval[1], 1e-6, "high");
    });
  }

  it("has a p that is small exactly where the interval leaves the value out", () => {
    for (const { a, b } of reference.paired.filter(({ a: { length } }) => length > 2)) {
      const actual = pairedDifference(a.map((value, i) => [value, b[i]] as Pair));
      const { low = 0, high = 0 } = actual?.interval ?? {};
      const step = (high - low) / 50;
      for (const [value, inside] of [[low - step, false], [low + step, true], [high - step, true], [high + step, false]] as const) {
        assert.equal((actual?.p(value) ?? 0) > 0.05, inside, `${value} of ${low} to ${high}`);
      }
    }
  });
});

describe("fault 80: pairs without an estimate", () => {
  it("none", () => {
    assert.equal(pairedDifference([]), null);
    assert.equal(pairedRatio([]), null);
  });
  it("one has a value and no interval", () => {
    const { value, interval, p } = pairedRatio([[2, 3]]) ?? assert.fail();
    close(value, 1.5, 1e-12, "ratio");
    assert.equal(interval, null);
    assert.equal(p(1), null);
  });
  it("a zero or a negative value has no ratio", () => {
    assert.equal(pairedRatio([[0, 1], [1, 1]]), null);
    assert.equal(pairedRatio([[1, -1], [1, 1]]), null);
  });
  it("equal pairs differ by nothing, surely", () => {
    const { value, interval, p } = pairedDifference([[4, 4], [4, 4], [4, 4]]) ?? assert.fail();
    assert.deepEqual([value, interval?.low, interval?.high, p(0)], [0, 0, 0, 1]);
  });
  it("never a number that is not finite, whatever doubles come", () => {
    const pairs = fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 34 });
    fc.assert(fc.property(pairs, (list) => {
      const positive = list.map(([a, b]) => [Math.abs(a) + Number.MIN_VALUE, Math.abs(b) + Number.MIN_VALUE] as Pair);
      for (const estimate of [pairedDifference(list), pairedRatio(list), pairedRatio(positive)]) {
        assertFinite(estimate);
        assertFinite(estimate?.p(1));
      }
    }), { numRuns: 60 });
  });
});
