import assert from "node:assert/strict";

import fc from "fast-check";

import { Counter, Histogram, metric } from "../../../../runtime/api/metrics/series.ts";

/** Every line of a text by its name with labels. */
const read = (text: string): Map<string, number> => new Map(text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
  const at = line.lastIndexOf(" ");
  return [line.slice(0, at), Number(line.slice(at + 1))];
}));

describe("Prometheus metrics", () => {
  it("a histogram's buckets count what is at most their bound, and the last one everything", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 50 }), (values) => {
      const bounds = [0.5, 1, 10, 50];
      const histogram = new Histogram(bounds);
      for (const value of values) histogram.observe(value);
      const lines = read(histogram.text("x", "An x."));
      if (values.length === 0) return assert.equal(lines.size, 0);
      for (const bound of bounds) assert.equal(lines.get(`x_bucket{le="${bound}"}`), values.filter((value) => value <= bound).length);
      assert.equal(lines.get('x_bucket{le="+Inf"}'), values.length);
      assert.equal(lines.get("x_count"), values.length);
      assert.ok(Math.abs((lines.get("x_sum") ?? 0) - values.reduce((sum, value) => sum + value, 0)) < 1e-6);
    }));
  });

  it("a counter keeps sets of labels apart and adds them up", () => {
    const counter = new Counter();
    counter.add(2, { model_name: "a" });
    counter.add(3, { model_name: "b" });
    counter.add(1, { model_name: "a" });
    assert.equal(counter.total(), 6);
    assert.equal(metric("n_total", "An n.", "counter", counter.entries()), '# HELP n_total An n.\n# TYPE n_total counter\nn_total{model_name="a"} 3\nn_total{model_name="b"} 3\n');
    assert.equal(metric("g", "A g.", "gauge", 0.5), "# HELP g A g.\n# TYPE g gauge\ng 0.5\n");
  });

  it("a label's value cannot break out of its line", () => {
    const counter = new Counter();
    counter.add(1, { model_name: 'a"b\\c\nd 7' });
    const text = metric("n", "N.", "counter", counter.entries());
    assert.equal(text.split("\n").length, 4);
    assert.ok(text.includes('n{model_name="a\\"b\\\\c\\nd 7"} 1'));
  });
});
