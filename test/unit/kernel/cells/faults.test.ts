import assert from "node:assert/strict";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { codesOf, diagnose, errorsOf, useShortStacks } from "./cells-helper.ts";

describe("fault 45: cells that are empty, odd or broken", () => {
  useShortStacks();
  const cases: Array<[title: string, source: string, kind: string, codes: string[]]> = [
    ["nothing", "", "empty", []],
    ["white space only", " \t\r\n\n ", "empty", []],
    ["a byte order mark only", "\uFEFF", "empty", []],
    ["comments only", "# a\n\n  # b", "empty", ["only_comments"]],
    ["a kind line only", "%%vars", "vars", []],
    ["vars with comments only", "%%vars\n# a", "vars", []],
    ["an unknown directive", "%%frobnicate\nHi", "prompt", ["unknown_kind"]],
    ["an unknown command", "%frobnicate", "command", ["unknown_command"]],
    ["bad YAML", "%%vars\na: [1", "vars", ["yaml_error"]],
    ["bad YAML in front matter", "---\nruns: {\n---\nHi", "prompt", ["yaml_error"]],
    ["two YAML documents", "%%vars\na: 1\n---\nb: 2", "vars", ["yaml_error"]],
    ["an unknown alias", "%%vars\na: *b", "vars", ["yaml_error"]],
    ["aliases that multiply", `%%vars\na: &a [x, x]\n${Array.from("bcdefghijk", (name, index) => `${name}: &${name} [${`*${"abcdefghij".charAt(index)}, `.repeat(10)}]`).join("\n")}`, "vars", ["yaml_error"]],
    ["YAML nested too deeply", `%%vars\na: ${"[".repeat(20_000)}`, "vars", ["yaml_error"]],
    ["YAML nested too deeply, and closed", `%%vars\na: ${"[".repeat(20_000)}${"]".repeat(20_000)}`, "vars", ["yaml_error"]],
    ["too much YAML", `%%vars\na: ${"x".repeat(2 * 1024 * 1024)}`, "vars", ["yaml_too_large"]],
    ["bad JSON in a parameter", '# Parameters\n%param a = {"b": }', "vars", ["bad_literal"]],
    ["a tab as indentation", "---\nmatrix:\n\tprecision: [fp16]\n---\nHi", "prompt", ["yaml_error"]],
    ["tabs in a prompt", "\tHi\t", "prompt", []],
    ["a byte order mark before front matter", "\uFEFF---\nruns: 2\n---\nHi", "prompt", []],
    ["a byte order mark before a kind line", "\uFEFF%%vars\na: 1", "vars", []],
    ["CRLF", "---\r\nruns: 2\r\n---\r\nHi\r\n", "prompt", []],
    ["CR", "---\rruns: 2\r---\rHi", "prompt", []],
    ["NUL and lone surrogates", "a\u0000b\uD800", "prompt", []],
  ];
  for (const [title, source, kind, codes] of cases) {
    it(`fault 45: ${title}`, () => {
      assert.equal(parseCell(source).cell.kind, kind);
      assert.deepEqual([...new Set(codesOf(diagnose(source)))], codes);
    });
  }

  it("fault 45: the next good cell is as good as ever", () => assert.deepEqual(errorsOf("Hi"), []));
});
