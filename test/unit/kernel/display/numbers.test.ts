import assert from "node:assert/strict";
import { formatBytes, formatNumber, formatWithUnit } from "../../../../kernel/display/numbers.ts";

describe("formatNumber", () => {
  const cases: Array<[value: number | null, text: string]> = [
    [0, "0"], [16, "16"], [-3, "-3"], [1234.5, "1235"], [99.96, "100"], [12.345, "12.3"], [9.996, "10.0"], [1.2345, "1.23"], [0.9996, "1.00"],
    [0.12345, "0.123"], [0.00012345, "0.000123"], [2.9e-17, "0"], [-12.345, "-12.3"],
    [null, "not available"], [Number.NaN, "not available"], [Infinity, "not available"],
  ];
  for (const [value, text] of cases) it(`${value}: ${text}`, () => assert.equal(formatNumber(value), text));
});

describe("formatBytes", () => {
  const cases: Array<[bytes: number | null, text: string]> = [
    [0, "0 B"], [999, "999 B"], [1000, "1.00 kB"], [98_362_432, "98.4 MB"], [999_600_000, "1.00 GB"], [3.56e9, "3.56 GB"], [null, "not available"],
  ];
  for (const [bytes, text] of cases) it(`${bytes}: ${text}`, () => assert.equal(formatBytes(bytes), text));
});

it("a missing value has no unit", () => {
  assert.equal(formatWithUnit(142.4, "ms"), "142 ms");
  assert.equal(formatWithUnit(null, "ms"), "not available");
});
