import assert from "node:assert/strict";
import fc from "fast-check";
import { holm } from "../../../../../kernel/experiment/statistics/holm.ts";
import { passAtK, passHatK } from "../../../../../kernel/experiment/statistics/pass-at-k.ts";
import { mcnemarExact } from "../../../../../kernel/experiment/statistics/proportions.ts";
import { assertFinite, close, reference } from "../../../../helpers/statistics-reference.ts";

describe("tests of shares against SciPy and statsmodels", () => {
  for (const { onlyA, onlyB, p } of reference.mcnemar) {
    // Beyond the smallest double statsmodels says 0.
    it(`McNemar's exact test of ${onlyA} against ${onlyB}`, () => close(mcnemarExact(onlyA, onlyB), p, 1e-11, "p"));
  }
  for (const { p, adjusted } of reference.holm) {
    it(`Holm's correction of ${p.join(", ")}`, () => holm(p).forEach((value, i) => close(value, adjusted[i] ?? null, 1e-12, `p ${i}`)));
  }
  for (const { n, passed, k, at, hat } of reference.passAtK) {
    it(`pass@${k} and pass^${k} of ${passed} of ${n}`, () => {
      close(passAtK(n, passed, k), at, 1e-12, "pass@k");
      close(passHatK(n, passed, k), hat, 1e-12, "pass^k");
    });
  }
});

describe("fault 80: shares of little", () => {
  it("leaves a test out that could not be made", () => assert.deepEqual(holm([null, 0.04, null, 0.01]), [null, 0.04, null, 0.02]));
  it("tells nothing of more answers than there are, nor of none", () => {
    for (const [n, k] of [[0, 1], [3, 4], [3, 0]] as const) assert.deepEqual([passAtK(n, 0, k), passHatK(n, 0, k)], [null, null]);
  });
  it("stays a probability for any counts", () => {
    const count = fc.nat({ max: 5000 });
    fc.assert(fc.property(count, count, fc.integer({ min: 1, max: 64 }), (a, b, k) => {
      for (const p of [mcnemarExact(a, b), passAtK(a + b, a, k), passHatK(a + b, a, k)]) {
        assertFinite(p);
        assert.ok(p === null || (p >= 0 && p <= 1), String(p));
      }
    }), { numRuns: 100 });
  });
});
