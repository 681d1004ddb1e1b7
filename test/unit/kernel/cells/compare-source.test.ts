import assert from "node:assert/strict";
import fc from "fast-check";
import { fulfils, readCompareSource, type RowCondition } from "../../../../kernel/cells/compare-source.ts";

describe("sides of a comparison", () => {
  const good: Array<[text: string, expected: Record<string, unknown>]> = [
    ["load", { kind: "result", name: "load", where: [] }],
    ["  _  ", { kind: "result", name: "_", where: [] }],
    ["load where precision = fp16", { kind: "result", name: "load", where: [{ key: "precision", equal: true, value: "fp16" }] }],
    ["load where a=1 and b != 'x y' and c == true", {
      kind: "result", name: "load",
      where: [{ key: "a", equal: true, value: 1 }, { key: "b", equal: false, value: "x y" }, { key: "c", equal: true, value: true }],
    }],
    ["old runs.ipynb#load where row.split = test", { kind: "notebook", path: "old runs.ipynb", name: "load", where: [{ key: "row.split", equal: true, value: "test" }] }],
    ["./results/x.jsonl where model = null", { kind: "rows", path: "./results/x.jsonl", where: [{ key: "model", equal: true, value: null }] }],
    ["问题 where 精度 = 一", { kind: "result", name: "问题", where: [{ key: "精度", equal: true, value: "一" }] }],
  ];
  for (const [text, expected] of good) {
    it(`reads ${text}`, () => {
      const reading = readCompareSource(text);
      assert.ok(reading.ok);
      const { text: _text, ...source } = reading.source;
      assert.deepEqual(source, expected);
    });
  }

  const bad: Array<[value: unknown, says: RegExp]> = [
    [null, /A side of a comparison/], [7, /A side of a comparison/], ["", /A side of a comparison/], [["a"], /A side of a comparison/], ["x".repeat(3000), /A side/], ["a\0b", /A side/],
    ["two words", /neither a result's name/], ["old.ipynb", /Say which result of the notebook: `old.ipynb#name`/], ["old.ipynb#two words", /stands the name of a result/], ["rows.csv", /neither/],
    ["load where", /needs a condition/], ["load where precision", /`precision` is no condition/], ["load where a = 1 where b = 2", /twice/], ["load where a = 1 and", /is no condition/], ["load where a > 1", /is no condition/],
  ];
  for (const [value, says] of bad) {
    it(`refuses ${String(JSON.stringify(value)).slice(0, 40)}`, () => {
      const reading = readCompareSource(value);
      assert.match(reading.ok ? "" : reading.message, says);
    });
  }

  it("never throws, and is quick, whatever is written", () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void readCompareSource(text)), { numRuns: 200 });
    const started = performance.now();
    readCompareSource(`load where ${"a = ".repeat(480)}`);
    readCompareSource(`${" ".repeat(900)}where${" ".repeat(900)}x`);
    assert.ok(performance.now() - started < 200);
  });
});

describe("conditions on rows", () => {
  const row = { precision: "fp16", temperature: 0.6, ok: true, row: { split: "test" }, "row.odd": 1, none: null };
  const cases: Array<[RowCondition, boolean]> = [
    [{ key: "precision", equal: true, value: "fp16" }, true],
    [{ key: "precision", equal: false, value: "fp16" }, false],
    [{ key: "temperature", equal: true, value: 0.6 }, true],
    [{ key: "temperature", equal: true, value: "0.6" }, true],
    [{ key: "ok", equal: true, value: true }, true],
    [{ key: "row.split", equal: true, value: "test" }, true],
    [{ key: "row.odd", equal: true, value: 1 }, true],
    [{ key: "row", equal: true, value: "[object Object]" }, false],
    [{ key: "none", equal: true, value: null }, true],
    [{ key: "missing", equal: true, value: "x" }, false],
    [{ key: "missing", equal: false, value: "x" }, true],
    [{ key: "constructor", equal: true, value: "x" }, false],
  ];
  for (const [condition, expected] of cases) it(JSON.stringify(condition), () => assert.equal(fulfils(row, [condition]), expected));
});
