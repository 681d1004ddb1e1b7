import assert from "node:assert/strict";

import fc from "fast-check";

import { klDivergence, toDistribution } from "../../../../runtime/engine/distribution.ts";

const logits = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 3, maxLength: 3 });
const distribution = (values: number[]) => toDistribution(new Map(values.map((value, token) => [token, value])));

describe("distributions", () => {
  it("sum to one and name the best token, for any order of the entries", () => {
    fc.assert(
      fc.property(logits, (values) => {
        const { logprobs, best } = toDistribution(new Map(values.map((value, token): [number, number] => [token, value]).reverse()));
        assert.ok(Math.abs(logprobs.reduce((sum, l) => sum + Math.exp(l), 0) - 1) < 1e-9);
        assert.equal(values[best], Math.max(...values));
      }),
    );
  });

  it("KL is not negative, and zero only for equal distributions", () => {
    fc.assert(fc.property(logits, logits, (a, b) => klDivergence(distribution(a), distribution(b)) >= 0));
    assert.equal(klDivergence(distribution([1, 2, 3]), distribution([1, 2, 3])), 0);
    const expected = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5);
    assert.ok(Math.abs(klDivergence(distribution([Math.log(3), 0]), distribution([0, 0])) - expected) < 1e-12);
  });

  it("fault 40: logits that are no numbers are refused", () => {
    for (const bad of [Number.NaN, Infinity]) assert.throws(() => distribution([1, bad]), { code: "numeric_error" });
    assert.throws(() => distribution([-Infinity, -Infinity]), { code: "numeric_error" });
  });

  it("a forbidden token has probability zero and no distance", () => {
    assert.equal(klDivergence(distribution([0, -Infinity]), distribution([0, -Infinity])), 0);
  });
});
