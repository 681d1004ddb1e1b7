import assert from "node:assert/strict";
import { meanInterval } from "../../../../../kernel/experiment/statistics/interval.ts";
import { intervalWidth, isEnough } from "../../../../../kernel/experiment/statistics/sequential.ts";

const STEADY = [100, 101, 99, 100.5, 99.5, 100.2, 99.8];

describe("sequential stop by the interval's width", () => {
  const cases: Array<{ title: string; values: Array<number | null>; rule: Parameters<typeof isEnough>[1]; enough: boolean }> = [
    { title: "narrow enough", values: STEADY, rule: { width: 2 }, enough: true },
    { title: "too wide", values: STEADY, rule: { width: 0.1 }, enough: false },
    { title: "as a share of the mean", values: STEADY, rule: { width: 0.02, relative: true }, enough: true },
    { title: "as a smaller share of the mean", values: STEADY, rule: { width: 0.001, relative: true }, enough: false },
    { title: "four values are never enough", values: [5, 5, 5, 5], rule: { width: 1 }, enough: false },
    { title: "unless said so", values: [5, 5], rule: { width: 1, least: 2 }, enough: true },
    { title: "one value has no interval", values: [5], rule: { width: 1, least: 1 }, enough: false },
    { title: "missing values do not count", values: [5, 5, 5, 5, null, Number.NaN], rule: { width: 1 }, enough: false },
    { title: "nothing at all", values: [], rule: { width: 1, least: 0 }, enough: false },
  ];
  for (const { title, values, rule, enough } of cases) it(title, () => assert.equal(isEnough(values, rule), enough));

  it("measures the whole width", () => {
    const interval = meanInterval(STEADY) ?? assert.fail();
    assert.equal(intervalWidth(interval), interval.high - interval.low);
    assert.equal(isEnough(STEADY, { width: intervalWidth(interval) }), true);
  });
});
