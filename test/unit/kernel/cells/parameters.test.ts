import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { codesOf, fixture } from "./cells-helper.ts";

/** Written by papermill 2.7's own translators for Python and bash. */
interface Vector {
  name: string;
  value: unknown;
  python: string;
  bash?: string;
}

const FLOATS: Record<string, number> = { nan: NaN, inf: Infinity, "-inf": -Infinity };

/** JSON has no NaN and no infinity: the data file writes them as `{"$float": "nan"}`. */
function expected(value: unknown): unknown {
  const name = typeof value === "object" && value !== null ? (value as { $float?: string }).$float : undefined;
  return name === undefined ? value : FLOATS[name];
}

function valuesOf(source: string): Record<string, unknown> {
  const { cell, diagnostics } = parseCell(source);
  assert.deepEqual(codesOf(diagnostics), []);
  assert.ok(cell.kind === "vars");
  return Object.fromEntries(cell.values.map(({ key, value }) => [key, value]));
}

describe("papermill's parameters", () => {
  for (const { name, value, python, bash } of fixture("papermill.json") as Vector[]) {
    it(`${name}, as Python`, () => assert.deepEqual(valuesOf(python), { [name]: expected(value) }));
    if (bash !== undefined) it(`${name}, as bash`, () => assert.deepEqual(valuesOf(bash), { [name]: expected(value) }));
  }

  it("are read after a formatter laid them out anew", () => {
    const source = [
      "# Parameters", "items = [", "    1,", "    'two',  # a comment", "]", "options = {", '    "a": {"b": (1, 2)},', '    "c": None,', "}",
      "text = (", '    "one "', ")", "joined = 'a' \"b\"", "one = (1,)", "", "flag: bool = True  # type: bool", "last = -1_000.5;",
    ].join("\r\n");
    assert.deepEqual(valuesOf(source), {
      items: [1, "two"], options: { a: { b: [1, 2] }, c: null }, text: "one ", joined: "ab", one: [1], flag: true, last: -1000.5,
    });
  });

  it("are read from the `%param` lines of Retort's own translator: any JSON value comes back", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(valuesOf(`# Parameters\n%param a = ${text}\n%param b = 1\n`), { a: JSON.parse(text) as unknown, b: 1 });
    }));
  });

  it("written by hand in bash keep quotes and words", () => {
    assert.deepEqual(valuesOf(`# parameters\na=True\nb="two \\"words\\" $x"\nc=plain\\ text\nd=(1 "b c"\n'd')\ne=\n`),
      { a: true, b: 'two "words" $x', c: "plain text", d: [1, "b c", "d"], e: null });
  });

  const mistakes: Array<[string, string]> = [
    ["x = hello", "hello"], ["x = 'open", "'"], ["x = [1, 2", ""], ["x = {1 2}", "2"], ["x = [1 2]", "2"], ["x = 1 2", "2"], ["x = '\\u12'", "\\"], ["x =", ""],
    ["x = float('one')", "'"], ["x=(1 2", ""], ["x = 1\nwhat is this", ""], ["x = --1", "-"], [`x = ${"[".repeat(200)}`, "["],
  ];
  for (const [line, at] of mistakes) {
    it(`mistake: ${line.slice(0, 30)}`, () => {
      const source = `# Parameters\n${line}`;
      const [error] = parseCell(source).diagnostics;
      assert.equal(error?.code, "bad_literal");
      assert.equal(source.slice(error.range.start, error.range.start + at.length), at);
    });
  }

  it("warn of a whole number that JavaScript cannot keep", () => {
    assert.deepEqual(codesOf(parseCell("# Parameters\nx = 9007199254740993").diagnostics), ["number_precision"]);
  });

  it("may not be given twice", () => assert.deepEqual(codesOf(parseCell("# Parameters\nx = 1\nx = 2").diagnostics), ["duplicate_key"]));
});
