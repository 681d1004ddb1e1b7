import assert from "node:assert/strict";
import type { ChartTable } from "../../../../../kernel/cells/chart-table.ts";
import { panelsSpec } from "../../../../../kernel/display/chart/panel-spec.ts";
import { panelsText } from "../../../../../kernel/display/chart/panel-text.ts";
import { type ChartPanel, chartPanels, emptyReason, type ShortChart } from "../../../../../kernel/display/chart/short-chart.ts";

const rows = [10, 2, 1].flatMap((concurrency) => ["fp16", "int8"].flatMap((precision) => [1, 2, 3].map((k) => ({ concurrency, precision, decode_tok_s: 10 * concurrency + k, ttft_ms: null, passed: k > 1 }))));
const table: ChartTable = { rows, corners: [{ concurrency: 1, precision: "fp16", out_tok_s: 99 }] };

function one(chart: Partial<ShortChart>, data = table): ChartPanel {
  const [panel] = chartPanels({ x: "concurrency", y: ["tok_s"], ...chart }, data);
  assert.ok(panel);
  return panel;
}

describe("chartPanels", () => {
  it("joins the runs at one place: mean, in the order of the numbers, one for each series", () => {
    const { type, points, bars } = one({ series: "precision" });
    assert.deepEqual([type, bars], ["line", "ci"]);
    assert.deepEqual(points.map(({ x, y, series }) => [x, y, series]), [[1, 12, "fp16"], [1, 12, "int8"], [2, 22, "fp16"], [2, 22, "int8"], [10, 102, "fp16"], [10, 102, "int8"]]);
  });

  it("gives error bars: sd, interval, none, and none for a figure that is no mean", () => {
    const [point] = one({ bars: "sd", where: { precision: "fp16" } }).points;
    assert.deepEqual([point?.low, point?.high], [11, 13]);
    assert.equal(one({ bars: "none" }).bars, null);
    assert.equal(one({ y: ["tok_s.max"] }).bars, null);
  });

  it("takes figures of a whole corner from the corners, and shares from what passed", () => {
    assert.deepEqual(one({ y: ["out_tok_s"] }).points.map(({ x, y }) => [x, y]), [[1, 99]]);
    assert.equal(one({ y: ["passed"] }).points[0]?.y, 2 / 3);
  });

  it("shows every run in a scatter plot, and figures with a statistic", () => {
    assert.equal(one({ type: "point" }).points.length, rows.length);
    assert.equal(one({ type: "point", y: ["tok_s.median"] }).points.length, 3);
  });

  it("colours a heat map by its value", () => {
    assert.deepEqual(one({ type: "heatmap", y: ["precision"], value: "tok_s" }).points.map(({ x, y, value }) => [x, y, value]).slice(0, 2), [[1, "fp16", 12], [1, "int8", 12]]);
  });

  it("fault 50: says why there is nothing: missing values, and too few for a percentile; never NaN", () => {
    assert.match(emptyReason(one({ y: ["ttft_ms"] })) ?? "", /ttft_ms has no values/);
    assert.match(emptyReason(one({ y: ["tok_s.p95"] })) ?? "", /tok_s|decode_tok_s.*p95 needs 20 values/);
    const all = JSON.stringify(["line", "bar", "point", "box"].map((type) => one({ type: type as never })));
    assert.ok(!all.includes("NaN"));
  });
});

describe("a chart's specification and words", () => {
  it("puts places in the order of the rows, and tells series apart by more than colour", () => {
    const spec = JSON.stringify(panelsSpec([one({ series: "precision" }), one({ type: "box", series: "precision" })], {}));
    assert.match(spec, /"shape":\{"field":"series"/);
    assert.match(spec, /"strokeDash":\{"field":"series"/);
    assert.match(spec, /"sort":\[1,2,10\]/, "not 1, 10, 2");
  });

  it("fault 76: names kind, axes, ranges, extremes and what the bars are", () => {
    const text = panelsText([one({ where: { precision: "fp16" }, bars: "sd" })], "Speed");
    assert.match(text, /^Speed\.\nLine chart of decode \(tok\/s\) over concurrency\. x: 1 to 10; y: 12 to 102\./);
    assert.match(text, /Highest: 102 at concurrency 10\. Lowest: 12 at concurrency 1\. Error bars: standard deviation\. Values: concurrency 1: 12; concurrency 2: 22; concurrency 10: 102\.$/);
  });

  it("says so when all values are equal", () => assert.match(panelsText([one({ where: { concurrency: 1 } })], undefined), /All values are 12\./));
});
