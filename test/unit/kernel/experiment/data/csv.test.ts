import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCsv } from "../../../../../kernel/experiment/data/csv.ts";

const fields = (text: string, delimiter = ",") => parseCsv(text, delimiter).map((record) => record.fields);

describe("parseCsv", () => {
  const good: Array<[title: string, text: string, expected: string[][]]> = [
    ["plain", "a,b\n1,2\n", [["a", "b"], ["1", "2"]]],
    ["no break at the end", "a,b\n1,2", [["a", "b"], ["1", "2"]]],
    ["CRLF", "a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]],
    ["CR", "a,b\r1,2\r", [["a", "b"], ["1", "2"]]],
    ["byte order mark", "\uFEFFa,b\n1,2", [["a", "b"], ["1", "2"]]],
    ["quotes, doubled quotes, breaks and commas within", '"a, ""x""","b\nc"\n1,2', [['a, "x"', "b\nc"], ["1", "2"]]],
    ["empty fields", ",\n,,", [["", ""], ["", "", ""]]],
    ["empty lines are left out, a quoted empty field is not", 'a\n\n""\n', [["a"], [""]]],
    ["a quote within a field is text", 'it"s,b', [['it"s', "b"]]],
    ["nothing", "", []],
  ];
  for (const [title, text, expected] of good) it(title, () => assert.deepEqual(fields(text), expected));

  it("tabs", () => assert.deepEqual(fields("a,b\tc", "\t"), [["a,b", "c"]]));

  it("a quote that is never closed loses its own line only", () => {
    assert.deepEqual(parseCsv('a,b\n1,"open\n3,4\n', ","), [
      { line: 1, fields: ["a", "b"], problem: null },
      { line: 2, fields: ['1,"open'], problem: "a quote is not closed" },
      { line: 3, fields: ["3", "4"], problem: null },
    ]);
  });

  it("text behind a closing quote loses its own line only", () => {
    assert.deepEqual(parseCsv('"a"x,b\n3,4', ",").map(({ line, problem }) => [line, problem]), [[1, "something follows a closing quote"], [2, null]]);
  });

  it("says on which line a record begins", () => assert.deepEqual(parseCsv('a\n"b\nc"\r\n\nd', ",").map(({ line }) => line), [1, 2, 5]));

  it("reads back whatever was written", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "é", " ", "\t") });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), fc.constantFrom("\n", "\r\n", "\r"), (rows, lineBreak) => {
      assert.deepEqual(fields(rows.map((row) => row.map(quoted).join(",")).join(lineBreak)), rows);
    }));
  });

  it("never throws, and every record begins behind the one before", () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r"), maxLength: 60 }), (text) => {
      const lines = parseCsv(text, ",").map(({ line }) => line);
      assert.deepEqual(lines, [...new Set(lines)].sort((a, b) => a - b));
    }));
  });
});
