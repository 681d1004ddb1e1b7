import assert from "node:assert/strict";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { KEYS, LATER_KEYS, OTHER_KEY_NAMES, findKey } from "../../../../kernel/cells/keys.ts";
import { validateNotebook } from "../../../../kernel/cells/notebook.ts";
import { answersPlanned, settingsOf } from "../../../../kernel/cells/settings.ts";
import { codesOf, diagnose, emptyScope, errorsOf, scope } from "./cells-helper.ts";

function settings(yaml: string): unknown {
  const { cell } = parseCell(`---\n${yaml}\n---\nHi`);
  assert.ok(cell.kind === "prompt");
  return settingsOf(cell);
}

/** Keys that say nothing alone, with what they need. */
const ASSERT = "assert: { boxed: 16 }";
const DATA = "data: ./questions.csv";
const PARTNERS: Readonly<Record<string, string>> = {
  where: DATA, sample: DATA, limit: DATA, resume: "save: ./results/run.jsonl", report: "matrix: { temperature: [0, 0.7], precision: [fp16, int8] }", until: ASSERT,
  require: ASSERT, on_fail: ASSERT, judge: ASSERT, tool_choice: "tools: [calculator]",
};

describe("the table of keys", () => {
  for (const key of KEYS) {
    it(`${key.name}: its example is valid`, () => assert.deepEqual(errorsOf(`---\n${key.example}\n${PARTNERS[key.name] ?? ""}\n---\nHi`), []));
  }

  for (const key of LATER_KEYS) {
    it(`${key}: answers that it comes later`, () => assert.deepEqual(codesOf(errorsOf(`---\n${key}: 1\n---\nHi`)), ["not_available"]));
  }

  it("names of other tools lead to keys that exist", () => {
    for (const [other, key] of Object.entries(OTHER_KEY_NAMES)) {
      assert.ok(findKey(key), `${other} leads to ${key}`);
      assert.equal(findKey(other), undefined);
    }
  });
});

describe("settings", () => {
  const good: Array<[string, unknown]> = [
    ["stop: end", { stop: ["end"] }], ["stop: [a, b]", { stop: ["a", "b"] }], ["cache_prompt: off", { cache_prompt: false }], ["timings: true", { timings: true }],
    ["seed: 1e3", { seed: 1000 }], ["temperature: 0", { temperature: 0 }], ["top_p: 1.0", { top_p: 1 }], ["output: json", { output: { type: "json_object" } }],
    ["matrix: { temperature: [0, 0.5] }", { matrix: [{ key: "temperature", kind: "setting", values: [{ label: 0, value: 0 }, { label: 0.5, value: 0.5 }] }] }], ["matrix:\n  precision:\n    - fp16\n    - int8", { matrix: [{ key: "precision", kind: "setting", values: [{ label: "fp16", value: "fp16" }, { label: "int8", value: "int8" }] }] }],
    ["name: 答案", { name: "答案" }], ["model: &m smollm2-135m", { model: "smollm2-135m" }], ["output: { schema: { $schema: \"http://json-schema.org/draft-07/schema#\", type: object } }", { output: { type: "json_schema", schema: { $schema: "http://json-schema.org/draft-07/schema#", type: "object" } } }],
  ];
  for (const [yaml, value] of good) {
    it(yaml, () => {
      assert.deepEqual(errorsOf(`---\n${yaml}\n---\nHi`), []);
      assert.deepEqual(settings(yaml), value);
    });
  }

  it("point at the value in the source", () => {
    const source = "---\nruns: 5\ntemperature: 9\n---\nHi";
    const [error] = errorsOf(source);
    assert.equal(source.slice(error?.range.start, error?.range.end), "9");
  });

  it("accept any model where none is known", () => assert.deepEqual(errorsOf("---\nmodel: anything\n---\nHi", emptyScope), []));
});

describe("fault 47: repeats and products", () => {
  for (const runs of ["0", "-1", "1e9", "1.5", "many", "[1]", ".inf"]) {
    it(`fault 47: runs: ${runs} is refused`, () => assert.equal(errorsOf(`---\nruns: ${runs}\n---\nHi`).length, 1));
  }

  it("fault 47: a large product is counted and told", () => {
    const source = "---\nruns: 1000\nmatrix: { temperature: [0, 0.3, 0.6, 0.9] }\n---\nHi";
    assert.deepEqual(codesOf(diagnose(source)), ["many_answers"]);
    const { cell } = parseCell(source);
    assert.ok(cell.kind === "prompt");
    assert.equal(answersPlanned(settingsOf(cell)), 4000);
  });

  it("fault 47: a matrix with too many values is refused", () => {
    const values = Array.from({ length: 65 }, (_, index) => index / 100).join(", ");
    assert.deepEqual(codesOf(errorsOf(`---\nmatrix: { temperature: [${values}] }\n---\nHi`)), ["out_of_range"]);
  });
});

describe("templates in cells", () => {
  it("have their places in the cell, behind escapes, CRLF and roles", () => {
    const source = "---\r\nruns: 1\r\n---\r\nsystem:\r\n{{ aaa }}\r\nuser:\r\n\\user:\r\n😀 {{ bbb }}\r\n\r\n{{ ccc }}\r\n";
    const marked = errorsOf(source).map(({ range }) => source.slice(range.start, range.end));
    assert.deepEqual(marked, ["aaa", "bbb", "ccc"]);
  });

  it("have fixes that change the right place", () => {
    const source = "user:\nHello {{ questoin }}!";
    const fix = errorsOf(source)[0]?.fix;
    assert.ok(fix);
    const fixed = source.slice(0, fix.range.start) + fix.replacement + source.slice(fix.range.end);
    assert.deepEqual(errorsOf(fixed), []);
  });

  it("the list fix gives a valid cell", () => {
    const source = "---\nprecision: [fp16, int8]\n---\nHi";
    const fix = errorsOf(source)[0]?.fix;
    assert.ok(fix);
    assert.deepEqual(errorsOf(source.slice(0, fix.range.start) + fix.replacement + source.slice(fix.range.end)), []);
  });
});

describe("validateNotebook", () => {
  const codes = (...sources: string[]): string[][] => validateNotebook(sources.map(parseCell), emptyScope).map(codesOf);

  it("knows what cells above define", () => {
    assert.deepEqual(codes("%%vars\na: 1", "---\nname: b\n---\n{{ a }}", "{{ b.answer }} {{ _.answer }}", "%param c = 1\n%status", "{{ c }}", "%%js\nvars.d = 1", "{{ d }}"),
      [[], [], [], [], [], [], []]);
  });

  it("tells a name that comes later from one that is unknown", () => {
    assert.deepEqual(codes("{{ a }}", "%%vars\na: 1", "{{ z }}"), [["defined_later"], [], ["unknown_variable"]]);
    assert.deepEqual(codes("%%compare\na: load\nb: lost", "---\nname: load\n---\nx"), [["defined_later", "unknown_result"], []]);
  });

  it("does not mind a later cell that has already run", () => {
    assert.deepEqual(validateNotebook([parseCell("{{ tone }}"), parseCell("%%vars\ntone: x")], scope).map(codesOf), [[], []]);
  });

  it("refuses a name given twice, but lets papermill set variables again", () => {
    assert.deepEqual(codes("---\nname: a\n---\nx", "---\nname: a\n---\ny"), [[], ["duplicate_name"]]);
    assert.deepEqual(codes("%%vars\na: 1", "---\nname: a\n---\ny"), [[], ["duplicate_name"]]);
    assert.deepEqual(codes("%%vars\na: 1", "# Parameters\na = 2"), [[], []]);
  });
});
