import assert from "node:assert/strict";
import { pairRows } from "../../../../../kernel/experiment/compare/pair-rows.ts";
import type { ResultRow, ResultSet } from "../../../../../kernel/experiment/compare/result-set.ts";

const set = (rows: ResultRow[], settings: string[] | null = null): ResultSet => ({ label: "x", rows, settings, notes: [] });
const seen = (a: ResultSet, b: ResultSet) => {
  const { pairs, ...rest } = pairRows(a, b);
  return { pairs: pairs.map(([one, other]) => [one.v, other.v]), ...rest };
};

describe("pairs of rows", () => {
  it("are of the same repeat, whatever the order", () => {
    const a = set([{ precision: "fp16", run: 0, seed: 1, ttft_ms: 5, v: "a0" }, { precision: "fp16", run: 1, seed: 2, ttft_ms: 6, v: "a1" }], ["precision"]);
    const b = set([{ precision: "int8", run: 1, seed: 2, ttft_ms: 3, v: "b1" }, { precision: "int8", run: 0, seed: 1, ttft_ms: 4, v: "b0" }], ["precision"]);
    assert.deepEqual(seen(a, b), { pairs: [["a0", "b0"], ["a1", "b1"]], leftA: 0, leftB: 0, keys: ["run"] });
  });

  it("agree in every other setting, and in the row of the data", () => {
    const rows = (precision: string) => [0, 1].flatMap((t) => ["x", "y"].map((q) => ({ precision, temperature: t, run: 0, row: { q, n: 1 }, row_line: 3, v: `${precision}${t}${q}` })));
    const b = rows("b").map((row) => ({ ...row, row: { n: 1, q: row.row.q }, row_line: 9 })).reverse();
    const { pairs, keys } = seen(set(rows("a"), ["precision", "temperature"]), set(b, ["precision", "temperature"]));
    assert.deepEqual(keys, ["temperature", "run", "row"]);
    assert.deepEqual(pairs, [["a0x", "b0x"], ["a0y", "b0y"], ["a1x", "b1x"], ["a1y", "b1y"]]);
  });

  it("are told from outcomes where the source does not say what was set", () => {
    const rows = (model: string, ms: number[]) => ms.map((ttft_ms, run) => ({ model, temperature: 0.5, run, seed: run + ms.length, answer: `${model}${run}`, odd_figure: ttft_ms / 7, ttft_ms, v: `${model}${run}` }));
    const found = seen(set(rows("a", [1, 2, 3, 4])), set(rows("b", [9, 8, 7, 6])));
    assert.deepEqual(found.keys.filter((key) => key !== "v"), ["temperature", "run"]);
  });

  it("leave rows without a partner, and count them", () => {
    const a = set([{ run: 0, v: 1 }, { run: 0, v: 2 }, { run: 2, v: 3 }], []);
    const b = set([{ run: 0, v: 4 }, { run: 1, v: 5 }], []);
    assert.deepEqual(seen(a, b), { pairs: [[1, 4]], leftA: 2, leftB: 1, keys: ["run"] });
  });

  it("of nothing are none", () => assert.deepEqual(seen(set([]), set([{ run: 0, v: 1 }])), { pairs: [], leftA: 0, leftB: 1, keys: [] }));
});
