import assert from "node:assert/strict";
import fc from "fast-check";
import type { Condition, DataFormat } from "../../../../../kernel/cells/data.ts";
import { readSample, readWhere } from "../../../../../kernel/cells/data.ts";
import { parseRows, rowsFrom } from "../../../../../kernel/experiment/data/parse-rows.ts";
import { selectRows, type Selection } from "../../../../../kernel/experiment/data/select-rows.ts";
import { RetortError } from "../../../../../runtime/errors.ts";

const values = (text: string, format: DataFormat) => parseRows(text, format).map((row) => row.problem === null ? row.values : row.problem.message);
const code = (wanted: string) => (error: unknown) => error instanceof RetortError && error.code === wanted;

describe("parseRows", () => {
  const same = [{ q: "1+1", a: "2" }, { q: "2+2", a: "4" }];
  const forms: Array<[DataFormat, string]> = [
    ["csv", "q,a\n1+1,2\n2+2,4\n"], ["tsv", "q\ta\n1+1\t2\n2+2\t4\n"], ["jsonl", '{"q":"1+1","a":"2"}\n\n{"q":"2+2","a":"4"}\n'],
    ["json", '\uFEFF[{"q":"1+1","a":"2"},{"q":"2+2","a":"4"}]'],
  ];
  for (const [format, text] of forms) it(`reads ${format}`, () => assert.deepEqual(values(text, format), same));

  const bad: Array<[title: string, format: DataFormat, text: string, line: number, says: RegExp]> = [
    ["a line that is not JSON", "jsonl", '{"a":1}\n{"a":\n{"a":3}', 2, /not JSON/],
    ["JSON that is no object", "jsonl", '{"a":1}\n[2]\n{"a":3}', 2, /not an object/],
    ["null", "jsonl", '{"a":1}\nnull\n{"a":3}', 2, /not an object/],
    ["an item that is no object", "json", '[{"a":1},2,{"a":3}]', 2, /not an object/],
    ["too many fields", "csv", "a\n1\n2,2\n3\n", 3, /2 fields, the first line has 1/],
    ["too few fields", "tsv", "a\tb\n1\t1\n2\n3\t3\n", 3, /1 fields, the first line has 2/],
    ["an open quote", "csv", 'a\n1\n"2\n3\n', 3, /quote is not closed/],
  ];
  for (const [title, format, text, line, says] of bad) {
    it(`${title}: that row alone cannot be used, and its line is named`, () => {
      const rows = parseRows(text, format);
      assert.deepEqual(rows.map(({ problem }) => problem?.code ?? null), [null, "bad_row", null]);
      assert.equal(rows[1]?.line, line);
      assert.match(rows[1].problem?.message ?? "", says);
      assert.match(rows[1].problem?.message ?? "", new RegExp(`Line ${line} `));
    });
  }

  const hopeless: Array<[string, DataFormat]> = [["", "csv"], ["a,a\n1,2", "csv"], ["{", "json"], ["{}", "json"], ["3", "json"]];
  for (const [text, format] of hopeless) it(`refuses ${JSON.stringify(text)} as ${format}`, () => assert.throws(() => parseRows(text, format), code("bad_data")));

  it("a column may have any name", () => {
    const [row] = parseRows("__proto__,constructor\n1,2\n", "csv");
    assert.deepEqual(Object.entries(row?.values ?? {}), [["__proto__", "1"], ["constructor", "2"]]);
  });

  it("never throws anything but bad_data", () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("{", "}", '"', "a", ":", "1", ",", "\n", "[", "]", "\t"), maxLength: 60 }), fc.constantFrom<DataFormat>("csv", "tsv", "jsonl", "json"), (text, format) => {
      try {
        parseRows(text, format);
      } catch (error) {
        assert.ok(code("bad_data")(error), String(error));
      }
    }));
  });
});

describe("selectRows", () => {
  const rows = rowsFrom([{ n: "1", split: "train" }, { n: "2", split: "test" }, { n: "10", split: "test" }, { n: 3, split: null }, { split: "a test" }]);
  const where = (yaml: unknown) => { const read = readWhere(yaml); assert.ok(read.ok); return read.value as Condition[]; };
  const lines = (selection: Partial<Selection>) => selectRows(rows, { seed: 1, ...selection }).map(({ line }) => line);

  const conditions: Array<[unknown, number[]]> = [
    [{ split: "test" }, [2, 3]], [{ split: ["test", "train"] }, [1, 2, 3]], [{ n: 2 }, [2]], [{ n: "3" }, [4]], [{ n: { at_least: 2 } }, [2, 3, 4]],
    [{ n: { at_least: 2, at_most: 3 } }, [2, 4]], [{ split: { contains: "test" } }, [2, 3, 5]], [{ split: { not: ["test", "train"] } }, [4, 5]],
    [{ split: null }, [4]], [{ split: "test", n: 10 }, [3]],
  ];
  for (const [condition, expected] of conditions) it(JSON.stringify(condition), () => assert.deepEqual(lines({ where: where(condition) }), expected));

  it("where, then sample, then limit, in the file's order", () => {
    assert.deepEqual(lines({ limit: 2 }), [1, 2]);
    const drawn = lines({ sample: { n: 3, seed: 4 } });
    assert.equal(drawn.length, 3);
    assert.deepEqual(drawn, [...drawn].sort((a, b) => a - b));
    assert.deepEqual(lines({ sample: { n: 3, seed: 4 } }), drawn);
    assert.deepEqual(lines({ sample: { n: 3, seed: 4 }, limit: 1 }), drawn.slice(0, 1));
    assert.deepEqual(lines({ sample: { n: 99, seed: undefined } }), [1, 2, 3, 4, 5]);
  });

  it("draws by its own seed, else the cell's", () => {
    const many = rowsFrom(Array.from({ length: 50 }, (_, n) => ({ n })));
    const draw = (seed: number, own?: number) => selectRows(many, { seed, sample: { n: 5, seed: own } }).map(({ line }) => line);
    assert.notDeepEqual(draw(1), draw(2));
    assert.deepEqual(draw(1, 7), draw(2, 7));
  });

  it("keeps rows that could not be read: nobody knows what they say", () => {
    const withBad = parseRows('{"a":1}\n{oops\n{"a":2}', "jsonl");
    assert.deepEqual(selectRows(withBad, { seed: 1, where: where({ a: 2 }) }).map(({ line }) => line), [2, 3]);
  });

  it("names a column that no row has", () => {
    assert.throws(() => lines({ where: where({ spilt: "test" }) }), (error) => error instanceof RetortError && error.code === "unknown_column" && /split/.test(error.message));
  });

  const empty: Array<[string, () => unknown]> = [
    ["no rows", () => selectRows([], { seed: 1 })], ["none fits", () => lines({ where: where({ n: 99 }) })], ["all are bad", () => selectRows(parseRows("x\ny", "jsonl"), { seed: 1 })],
  ];
  for (const [title, select] of empty) it(`fault 80: ${title}`, () => assert.throws(select, code("no_rows")));

  it("any sample is a part of the rows, of that size", () => {
    fc.assert(fc.property(fc.nat(60), fc.integer({ min: 1, max: 80 }), fc.nat(1000), (count, n, seed) => {
      fc.pre(count > 0);
      const drawn = selectRows(rowsFrom(Array.from({ length: count }, () => ({}))), { seed, sample: { n, seed: undefined } });
      assert.equal(new Set(drawn.map(({ line }) => line)).size, Math.min(n, count));
    }));
  });

  it("reads its own keys only", () => {
    for (const wrong of [3, {}, { a: { atleast: 1 } }, { a: { at_least: "1" } }, { a: [] }, { a: [{}] }]) assert.equal(readWhere(wrong).ok, false, JSON.stringify(wrong));
    for (const wrong of ["many", 0, -1, 1.5, { n: 3, sed: 1 }, { n: 3, seed: -1 }]) assert.equal(readSample(wrong).ok, false, JSON.stringify(wrong));
  });
});
