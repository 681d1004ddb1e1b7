import assert from "node:assert/strict";
import fc from "fast-check";
import type { Diagnostic, ParsedCell, PromptCell } from "../../../../kernel/cells/cell.ts";
import { hasErrors } from "../../../../kernel/cells/diagnostic.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { codesOf, errorsOf, useShortStacks } from "./cells-helper.ts";

/** Pieces that mean something to the parser, so that random cells reach all of it. */
const pieces = fc.constantFrom(
  "%%vars", "%%js", "%%prompt", "%%bench", "%%", "%", "%status", "%param a = 1", "---", "--", "\n", "\r\n", "\r", "\n\n", " ", "\t", "\uFEFF",
  "system:", "user:", "\\user:", "assistant:", "sytem:", "# Parameters", "# x", "a: 1", "a: [1, {b: 2}]", "b: &x [1]", "c: *x", "a = 1", "b='x'",
  "s = \"\\u12\"", "d = {'a': (1,", "precision: [fp16]", "{{ a }}", "{{", "}}", "{% for i in a %}", "{% raw %}", "Hello", "é😀", "\\", "\u0000", "\uD800", ":", "- ",
);
const cells = fc.array(fc.oneof({ weight: 4, arbitrary: pieces }, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 24 }).map((parts) => parts.join(""));

function prompt(source: string): PromptCell {
  const { cell, diagnostics } = parseCell(source);
  assert.ok(cell.kind === "prompt");
  assert.ok(!hasErrors(diagnostics));
  return cell;
}

function messages(source: string): Array<[string, string]> {
  return prompt(source).messages.map(({ role, template }) => [role, template]);
}

/** A cell without its places. */
function meaning({ cell, diagnostics }: ParsedCell): unknown {
  const places = new Set(["range", "lineStarts", "keyRange", "valueRange", "restRange", "kindRange", "yaml"]);
  return JSON.parse(JSON.stringify({ cell, codes: codesOf(diagnostics) }, (key, value: unknown) => (places.has(key) ? undefined : value)));
}

describe("parseCell: kinds", () => {
  const kinds: Array<[string, string]> = [
    ["Hi", "prompt"], ["%%prompt\nHi", "prompt"], ["\n\n%%vars\na: 1", "vars"], ["%%vars   \na: 1", "vars"], ["%%vars # why\na: 1", "vars"], ["%%vars", "vars"],
    ["%%js\n1 + 1", "js"], ["%%chart\nx: 1", "chart"], ["%status", "command"], ["%status\n\n# note\n%models", "command"], ["  %status", "command"],
    ["%param a = 1", "vars"], ["%param a = 1\n%status", "command"], ["# Parameters\na = 1", "vars"], ["# Parameters\n\n%param a = 1", "vars"],
    ["# Parameters\nof a model are many", "prompt"], ["100% of what?", "prompt"], ["% is a sign", "prompt"], ["%d prints a number.\nWhy?", "prompt"],
    ["# Title\nText", "prompt"], ["", "empty"], ["# only\n#comments", "empty"], ["Hi\n%%vars", "prompt"], ["-- a dash", "prompt"],
  ];
  for (const [source, kind] of kinds) it(`${JSON.stringify(source)} is ${kind}`, () => assert.equal(parseCell(source).cell.kind, kind));

  it("keeps the line numbers of code", () => {
    const { cell } = parseCell("\n%%js\r\nlet a\r\nthrow a");
    assert.ok(cell.kind === "js");
    assert.equal(cell.code, "\n\nlet a\nthrow a");
  });

  it("undoes the quotes of a command's words", () => {
    const { cell } = parseCell(`%load "a b" c'd'e\t"`);
    assert.ok(cell.kind === "command");
    assert.deepEqual(cell.commands[0]?.args, ["a b", "cde", ""]);
  });
});

describe("parseCell: roles", () => {
  it("gives a body without role lines to the user", () => assert.deepEqual(messages("One\n\nTwo"), [["user", "One\n\nTwo"]]));

  it("splits at role lines and drops the blank lines around messages only", () => {
    assert.deepEqual(messages("system: \n\nBe brief.\n\nuser:\n  Hi \n\n there\n\nassistant:\nYes?\nuser:\nNo"),
      [["system", "Be brief."], ["user", "  Hi \n\n there"], ["assistant", "Yes?"], ["user", "No"]]);
  });

  it("undoes one backslash before a role line", () => {
    assert.deepEqual(messages("user:\n\\user:\n\\\\system:\n\\sytem:\n\\boxed{}\n\\note:"), [["user", "user:\n\\system:\nsytem:\n\\boxed{}\n\\note:"]]);
  });

  it("takes only a line of its own for a role line", () => {
    for (const source of ["user: Hi", " user:", "user", "users:\n- Ada", "Uses:\nx", "Hints:\nx", "assistants:\nx"]) {
      assert.deepEqual(messages(source), [["user", source]]);
      assert.deepEqual(parseCell(source).diagnostics, []);
    }
  });

  it("warns of a capital letter", () => assert.deepEqual(codesOf(parseCell("User:\nHi").diagnostics), ["role_case"]));

  it("cannot be forged by a variable: roles are found before rendering", () => {
    assert.deepEqual(messages("user:\n{{ text }}"), [["user", "{{ text }}"]]);
  });
});

describe("parseCell: front matter", () => {
  it("gives keys and values with their places", () => {
    const source = "---\nruns: 5 # five\nstop: [a]\n---\nHi";
    const [runs, stop] = prompt(source).settings;
    assert.deepEqual([runs?.key, runs?.value, source.slice(runs?.valueRange.start, runs?.valueRange.end)], ["runs", 5, "5"]);
    assert.deepEqual([stop?.value, source.slice(stop?.keyRange.start, stop?.valueRange.end)], [["a"], "stop: [a]"]);
  });

  it("may be empty, follow `%%prompt`, and hold a fence's blanks", () => {
    assert.deepEqual(prompt("---\n---\nHi").settings, []);
    assert.equal(prompt("%%prompt\n--- \nruns: 1\n---\t\nHi").settings[0]?.value, 1);
  });

  it("ends at the first fence: a later one is text", () => assert.deepEqual(messages("---\nruns: 1\n---\na\n---\nb"), [["user", "a\n---\nb"]]));

  it("warns of a setting outside", () => assert.deepEqual(codesOf(parseCell("temperature: 0.5\nHi").diagnostics), ["setting_outside"]));

  it("points at the YAML mistake", () => {
    const source = "---\nruns: 1\nstop: [a\n---\nHi";
    const [error] = errorsOf(source);
    assert.equal(error?.code, "yaml_error");
    assert.ok(error.range.start >= source.indexOf("stop"));
  });

  it("keeps a key called __proto__ from doing harm", () => {
    const { cell } = parseCell("%%vars\n__proto__: { polluted: 1 }");
    assert.ok(cell.kind === "vars");
    assert.equal(cell.values[0]?.key, "__proto__");
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    assert.equal(errorsOf("%%vars\n__proto__: 1")[0]?.code, "bad_name");
  });
});

describe("parseCell: any text at all", () => {
  useShortStacks();

  it("never throws, and every range lies in the source", () => {
    const within = (source: string) => ({ range, fix }: Diagnostic): boolean =>
      [range, fix?.range ?? range].every(({ start, end }) => 0 <= start && start <= end && end <= source.length);
    fc.assert(fc.property(cells, (source) => parseCell(source).diagnostics.every(within(source))), { numRuns: 600 });
  });

  it("means the same with LF, CRLF and a byte order mark", () => {
    fc.assert(fc.property(cells.map((text) => text.replace(/\r\n?/g, "\n").replaceAll("\uFEFF", "")), (source) => {
      const expected = meaning(parseCell(source));
      assert.deepEqual(meaning(parseCell(source.replaceAll("\n", "\r\n"))), expected);
      assert.deepEqual(meaning(parseCell(`\uFEFF${source}`)), expected);
    }), { numRuns: 300 });
  });

  it("sends a prompt as it was written", () => {
    const line = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => `a${lines.join("\n")}z`), (text) => {
      assert.deepEqual(messages(`user:\n${text}`), [["user", text]]);
    }));
  });

  it("never leaves a prompt that could run when a kind or a fence is misspelt", () => {
    const slips = fc.constantFrom("%%promt", "%%varz", "%% js", "%%", "---\nruns: 1", "----\nruns: 1\n---", "---\nruns: 1\n--", "–\nruns: 1\n---");
    fc.assert(fc.property(slips, fc.constantFrom("Hi", "user:\nHi", "a\n\nb"), (head, body) => {
      const { cell, diagnostics } = parseCell(`${head}\n${body}`);
      assert.ok(hasErrors(diagnostics));
      assert.ok(cell.kind === "prompt" && cell.messages.length === 0);
    }));
  });

  it("ends in good time on hostile input: mocha's own limit is the measure", () => {
    const units = ["user", "user: ", "\\", "--- ", "%%", "% a", "a: ", "[", "{{", "{% ", "- ", "'", "# ", "\t", "user:\n", "---\n", "%param a =", "x = ", "*a ", "&a "];
    const sources = units.map((unit) => unit.repeat(1500)).flatMap((text) => [text, `---\n${text}`, `# Parameters\nx = ${text}`]);
    assert.equal(sources.map(parseCell).length, units.length * 3);
  });
});
