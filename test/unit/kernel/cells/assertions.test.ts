import assert from "node:assert/strict";
import fc from "fast-check";
import { assertionFields } from "../../../../kernel/cells/assert/complete-assertions.ts";
import { ASSERTION_KINDS, ASSERTION_NAMES, findAssertion, OTHER_ASSERTION_NAMES } from "../../../../kernel/cells/assert/kinds.ts";
import { readAssertions } from "../../../../kernel/cells/assert/read-assertions.ts";
import { completeCell } from "../../../../kernel/cells/complete.ts";
import { hoverCell } from "../../../../kernel/cells/hover.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { settingsOf } from "../../../../kernel/cells/settings.ts";
import { atCursor, codesOf, errorsOf, scope, useShortStacks } from "./cells-helper.ts";

const within = (yaml: string) => `---\n${yaml}\n---\nHi`;

describe("the table of assertions", () => {
  for (const { name, example } of ASSERTION_KINDS) {
    it(`${name}: its example is valid`, () => assert.deepEqual(errorsOf(within(`assert:\n  - ${example}\n  - not: { ${example} }`)), []));
    it(`${name}: is explained where it stands`, () => {
      const source = within(`assert:\n  - ${example}`);
      assert.ok(hoverCell(source, source.indexOf(name), scope)?.markdown.startsWith(`**${name}** (assertion)`));
    });
  }

  it("names of other tools lead to kinds that exist, and are none themselves", () => {
    for (const [other, name] of Object.entries(OTHER_ASSERTION_NAMES)) {
      assert.ok(ASSERTION_NAMES.includes(name), `${other} leads to ${name}`);
      assert.equal(findAssertion(other), undefined);
    }
  });

  it("fields that completion offers are those that the reader knows", () => {
    for (const { name, read } of ASSERTION_KINDS) {
      for (const { text } of assertionFields(name) ?? []) {
        const field = text.slice(0, -2);
        const result = read({ [field]: "x" });
        assert.ok(result.ok || result.code !== "unknown_key" || name === "judge", `${name}.${field}`);
      }
    }
  });
});

describe("fault 45 to 47: wrong use of assert, with its place", () => {
  useShortStacks();
  const cases: Array<[yaml: string, code: string, marked: string, message: RegExp]> = [
    ["assert:\n  - boxd: 16", "unknown_assertion", "boxd", /Did you mean `boxed`\?/], ["assert: { regex: a }", "unknown_assertion", "regex", /`matches`/], ["assert:\n  - not: { contain: a }", "unknown_assertion", "contain", /`contains`/],
    ["assert:\n  - boxed: 16\n  - ttft_ms: fast", "wrong_type", "fast", /`ttft_ms` is a number, not the text `fast`/], ["assert:\n  - ttft_ms: { at_mos: 5 }", "unknown_key", "at_mos", /Did you mean `at_most`/], ["assert:\n  - ttft_ms: {}", "wrong_type", "{}", /needs a limit/],
    ["assert:\n  - similar: { to: a, at_least: 1.5 }", "out_of_range", "1.5", /from -1 to 1/], ["assert:\n  - similar: a", "wrong_type", "a", /`to` and `at_least`/], ["assert:\n  - similar: { to: a }", "wrong_type", "{ to: a }", /needs `at_least`/],
    ["assert:\n  - judge: { rubric: 'Good? 1-5', at_least: 6 }", "out_of_range", "6", /from 1 to 5/], ["assert:\n  - judge: { rubric: a, at_least: 1, scale: 5-1 }", "wrong_type", "5-1", /two whole numbers/], ["assert:\n  - judge: { rubric: '', at_least: 1 }", "out_of_range", "''", /`rubric` is empty/],
    ["assert:\n  - matches: '/(/'", "bad_pattern", "'/(/'", /Invalid regular expression/], ["assert:\n  - matches: /a/g", "unknown_value", "/a/g", /flags i, m, s and u/], ["assert:\n  - matches: ''", "out_of_range", "''", /empty/],
    ["assert:\n  - schema: { type: nosuch }", "bad_schema", "{ type: nosuch }", /cannot be used/], ["assert:\n  - schema: answer.yaml", "unknown_format", "answer.yaml", /\.json file/], ["assert:\n  - json: { path: 'a[x]' }", "bad_value", "'a[x]'", /is no path/], ["assert:\n  - json: maybe", "wrong_type", "maybe", /`valid`/],
    ["assert:\n  - json: { path: a, equals: 1, at_least: 2 }", "conflict", "1", /not both/], ["assert:\n  - number: { at_least: 5, at_most: 4 }", "conflict", "{ at_least: 5, at_most: 4 }", /cannot be at least 5 and at most 4/], ["assert:\n  - number: { at_least: 1, tolerance: 1 }", "conflict", "1", /beside `equals`/],
    ["assert:\n  - boxed: { value: 16, tolerance: 2 }", "out_of_range", "2", /from 0 to 1/], ["assert:\n  - boxed: [1, 2]", "wrong_type", "[1, 2]", /not a list/], ["assert:\n  - contains: { text: a, ignore_case: maybe }", "wrong_type", "maybe", /`on` or `off`/], ["assert:\n  - contains: []", "out_of_range", "[]", /1 to 100/],
    ["assert:\n  - scorer: 'no name'", "bad_name", "'no name'", /no name/], ["assert:\n  - boxed", "wrong_type", "boxed", /such as `boxed: 16`/], ["assert: []", "wrong_type", "[]", /is empty/], ["assert:", "wrong_type", "assert", /not empty/], ["assert: 16", "wrong_type", "16", /not 16/], ["assert:\n  - not: { not: { boxed: 1 } }", "conflict", "{ boxed: 1 }", /says nothing/],
    ["assert:\n  - not: { boxed: 1, equals: 2 }", "conflict", "{ boxed: 1, equals: 2 }", /give each its own/], ["assert:\n  - {}", "wrong_type", "{}", /is empty/], ["assert:\n  - boxed: '{{ nosuch }}'", "unknown_variable", "'{{ nosuch }}'", /`nosuch` is not known/], ["assert:\n  - boxed: '{{ '", "template_syntax", "'{{ '", /./], ["assert:\n  - js: ''", "out_of_range", "''", /empty/],
    ["assert: { boxed: 1 }\nrequire: 0", "out_of_range", "0", /on_fail: report/], ["assert: { boxed: 1 }\nrequire: 6", "out_of_range", "6", /divide it by `runs`/], ["assert: { boxed: 1 }\nrequire: 1e9", "out_of_range", "1e9", /above 0/], ["assert: { boxed: 1 }\nrequire: -1", "out_of_range", "-1", /above 0/], ["assert: { boxed: 1 }\nrequire: most", "wrong_type", "most", /share/], ["assert: { boxed: 1 }\nrequire: .nan", "wrong_type", ".nan", /share/],
    ["require: 0.5", "needs_key", "require", /without `assert`/], ["assert: { boxed: 1 }\non_fail: ignore", "unknown_value", "ignore", /`error` or `report`/], ["assert: { boxed: 1 }\njudge: { temperature: 1 }", "unknown_key", "temperature", /max_tokens/], ["assert: { boxed: 1 }\njudge: { model: a, max_tokens: 0 }", "out_of_range", "0", /from 1/], ["assert: { boxed: 1 }\njudge: { precision: int4 }", "unknown_value", "int4", /fp16/],
    ["tools: [a, a]", "duplicate_value", "a", /twice/], ["tools: [no name]", "bad_name", "no name", /no name/], ["tools: 5", "wrong_type", "5", /list of names/], ["tools: []", "out_of_range", "[]", /1 to 32/], ["tools: [a]\ntool_choice: b", "unknown_value", "b", /does not stand under `tools`/], ["tool_choice: auto", "needs_key", "tool_choice", /without `tools`/], ["tools: [a]\ntool_choice: [a]", "wrong_type", "[a]", /required/],
  ];
  for (const [yaml, code, marked, message] of cases) {
    it(yaml.replaceAll("\n", " ⏎ "), () => {
      const source = within(yaml);
      const [error, ...rest] = errorsOf(source);
      assert.ok(error !== undefined);
      assert.deepEqual([error.code, source.slice(error.range.start, error.range.end).trim()], [code, marked]);
      assert.match(error.message, message);
      assert.deepEqual(rest, []);
    });
  }

  it("a wrong name can be fixed in its place", () => {
    const source = within("assert:\n  - not: { contain: a }");
    const fix = errorsOf(source)[0]?.fix;
    assert.ok(fix !== undefined);
    assert.deepEqual(errorsOf(source.slice(0, fix.range.start) + fix.replacement + source.slice(fix.range.end)), []);
  });

  it("CRLF, tabs behind text and comments move no place", () => {
    const source = "---\r\nassert: # all\r\n  - boxed: 16\t# sixteen\r\n  - boxd: 17\r\n---\r\nHi";
    const [error] = errorsOf(source);
    assert.equal(source.slice(error?.range.start, error?.range.end), "boxd");
  });

  it("hundreds of assertions, deep nesting and huge texts end in one diagnostic", () => {
    for (const value of [Array.from({ length: 500 }, () => ({ boxed: 1 })), { contains: "x".repeat(200_000) }, { js: "1+".repeat(20_000) }, { matches: "a".repeat(2000) }, { json: { path: "a.".repeat(9000) } }, { schema: { type: "string", description: "x".repeat(100_000) } }]) {
      const read = readAssertions(value);
      assert.equal(read.ok, false);
    }
  });

  it("never throws, whatever stands there", () => {
    fc.assert(fc.property(fc.constantFrom(...ASSERTION_NAMES, "nosuch"), fc.jsonValue(), (name, value) => {
      readAssertions([{ [name]: value }]);
    }), { numRuns: 500 });
  });
});

describe("assertions that are right", () => {
  it("have the types that the experiment needs", () => {
    const { cell } = parseCell(within("assert:\n  - boxed: 16\n    contains: a\n  - not: { equals: no }\nrequire: 75%\non_fail: report\njudge: r1-1.5b"));
    assert.ok(cell.kind === "prompt");
    const { assert: specs, require, on_fail, judge } = settingsOf(cell);
    assert.deepEqual(specs, [{ name: "boxed", argument: 16, negated: false }, { name: "contains", argument: "a", negated: false }, { name: "equals", argument: "no", negated: true }]);
    assert.deepEqual([require, on_fail, judge], [0.75, "report", { model: "r1-1.5b", precision: null, max_tokens: 512 }]);
  });

  for (const yaml of ["assert: { boxed: '{{ question }}' }", "data: [{ a: 1 }]\nassert: { number: { at_least: '{{ row.a }}' } }", "assert: { matches: '/{{ tone }}/' }", "assert: { similar: { to: '{{ solve.answer }}', at_least: 0.5 } }"]) {
    it(yaml.replaceAll("\n", " ⏎ "), () => assert.deepEqual(codesOf(errorsOf(within(yaml))), []));
  }
});

describe("completion of assertions", () => {
  const cases: Array<[marked: string, first: string[]]> = [
    ["---\nassert:\n  - bo¦", ["boxed: "]], ["---\nassert:\n  - sim¦\n---\nx", ["similar: "]], ["---\nassert: { jud¦", ["judge: "]], ["---\nassert: [{ boxed: 1 }, { no¦", ["not: "]], ["---\nassert:\n  - not: { con¦", ["contains: "]], ["---\nassert:\n  - similar: { ¦", ["to: ", "at_least: "]],
    ["---\nassert:\n  - ttft_ms: { at_m¦", ["at_most: "]], ["---\nassert:\n  - judge:\n      ru¦", ["rubric: "]], ["---\non_fail: ¦", ["error", "report"]], ["---\nrequire: ¦", ["all", "0.75"]], ["---\ntool_choice: r¦", ["required"]], ["---\njudge: sm¦", ["smollm2-135m"]], ["%help box¦", ["boxed"]],
  ];
  for (const [marked, first] of cases) {
    it(JSON.stringify(marked), () => {
      const { source, offset } = atCursor(marked);
      assert.deepEqual(completeCell(source, offset, scope).matches.slice(0, first.length), first);
    });
  }
});
