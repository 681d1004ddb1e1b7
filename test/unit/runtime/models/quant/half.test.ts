import assert from "node:assert/strict";
import fc from "fast-check";
import { HALF_INFINITY, HALF_TO_FLOAT, halfFromFloatBits } from "../../../../../runtime/models/quant/half.ts";

const LARGEST_HALF = 65504;

describe("quant/half", () => {
  it("takes every half to a float and back", () => {
    for (let half = 0; half < 0x10000; half++) {
      const isNaN = (half & 0x7fff) > HALF_INFINITY;
      const back = toHalf(HALF_TO_FLOAT[half]!);
      if (isNaN) assert.ok((back & 0x7fff) > HALF_INFINITY, String(half));
      else assert.equal(back, half);
    }
  });

  it("rounds to the nearest half, ties to even", () => {
    const anyFloat = fc.oneof(fc.float({ noNaN: true, min: -LARGEST_HALF, max: LARGEST_HALF }), tieBetweenHalves());
    fc.assert(fc.property(anyFloat, (value) => {
      const half = toHalf(value);
      const distance = Math.abs(HALF_TO_FLOAT[half]! - value);
      for (const neighbour of [half - 1, half + 1]) {
        if ((neighbour & 0x7fff) > 0x7bff || (neighbour & 0x8000) !== (half & 0x8000)) continue;
        const other = Math.abs(HALF_TO_FLOAT[neighbour]! - value);
        assert.ok(distance < other || (distance === other && half % 2 === 0), `${value} became ${half}`);
      }
    }));
  });

  it("keeps signs, and makes what is too large infinite", () => {
    const cases: Array<[value: number, half: number]> = [
      [0, 0], [-0, 0x8000], [2 ** -24, 1], [2 ** -25, 0], [2 ** -25 * 1.0001, 1], [-(2 ** -26), 0x8000], [LARGEST_HALF, 0x7bff],
      [65519.99, 0x7bff], [65520, HALF_INFINITY], [1e10, HALF_INFINITY], [-Infinity, 0x8000 | HALF_INFINITY], [1e-40, 0],
    ];
    for (const [value, half] of cases) assert.equal(toHalf(value), half, String(value));
  });
});

/** The float half-way between two neighbouring halves: it is exact in single precision. */
function tieBetweenHalves(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 0x7bfe }).map((half) => (HALF_TO_FLOAT[half]! + HALF_TO_FLOAT[half + 1]!) / 2);
}

function toHalf(value: number): number {
  return halfFromFloatBits(new Int32Array(Float32Array.of(value).buffer)[0]!);
}
