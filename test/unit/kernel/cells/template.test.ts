import assert from "node:assert/strict";
import fc from "fast-check";
import { TemplateError, diagnoseTemplate, renderTemplate, templateVariables } from "../../../../kernel/cells/template.ts";
import { codesOf, scope, useShortStacks } from "./cells-helper.ts";

function failure(source: string, values: Record<string, unknown> = scope.values): TemplateError {
  try {
    renderTemplate(source, values);
  } catch (error) {
    assert.ok(error instanceof TemplateError);
    return error;
  }
  throw new assert.AssertionError({ message: `${source} must fail` });
}

describe("renderTemplate", () => {
  const good: Array<[string, string]> = [
    ["{{ question }}", "What is 48 / 3?"], ["{{solve.answer}} {{ solve.runs[0].answer }}", "16 16"], ["{{ solve.stats.thinking_tokens.mean }}", "12"],
    ["{% for h in hints %}- {{ h }}\n{% endfor %}", "- divide\n- check\n"], ["{{ hints }} {{ solve.json }}", '["divide","check"] {"answer":16}'],
    ["{{ tone | upper }} {{ 'A' | lower }} {{ ' x ' | trim }} {{ hints | length }} {{ hints | join: ', ' }} {{ solve.json | tojson }}", 'FRIENDLY a x 2 divide, check {"answer":16}'],
    ["{{ hints.size }} {{ hints.first }} {{ hints[-1] }}", "2 divide check"], ["{% if tone == 'friendly' %}yes{% else %}no{% endif %}", "yes"],
    ["{% raw %}{{ x }}{% endraw %}", "{{ x }}"], ["{{ 'a' | append: 1 }}", "a1"], ["{{ 1 | plus: 2 }}", "3"], ["{% assign t = tone %}{{ t }}", "friendly"],
    ["\\boxed{16} \\frac{1}{2} {#1} {\"a\":{\"b\":1}} 100 % <b> & 'q'", "\\boxed{16} \\frac{1}{2} {#1} {\"a\":{\"b\":1}} 100 % <b> & 'q'"],
  ];
  for (const [source, text] of good) it(source, () => assert.equal(renderTemplate(source, scope.values), text));

  it("changes no character of a text without templates, nor of a value", () => {
    const text = fc.string({ unit: "binary" }).filter((each) => !each.includes("{{") && !each.includes("{%"));
    fc.assert(fc.property(text, (each) => renderTemplate(each, {}) === each));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => renderTemplate("<{{ v }}>", { v: value }) === `<${value}>`));
  });

  it("knows names in other scripts", () => assert.equal(renderTemplate("{{ 问题 }}", { 问题: "ok" }), "ok"));

  const bad: Array<[string, string, string]> = [
    ["a {{ tnoe }}", "unknown_variable", "tnoe"], ["{{ solve.anwser }}", "unknown_variable", "solve.anwser"], ["{{ solve.runs[3].answer }}", "unknown_variable", "solve.runs[3].answer"],
    ["{{ tone | default: 'x' }}{{ nothing | default: 'x' }}", "unknown_variable", "nothing"], ["{% if nothing %}{% endif %}", "unknown_variable", "nothing"],
    ["{{ tone.constructor }}", "unknown_variable", "tone.constructor"], ["{{ solve.__proto__ }}", "unknown_variable", "solve.__proto__"], ["{{ toString }}", "unknown_variable", "toString"],
    ["{{ later }}", "unknown_variable", "later"], ["{{ question", "template_syntax", "{{ question"], ["{{ }}", "template_syntax", ""], ["{% include 'x' %}", "template_syntax", "{% include 'x' %}"],
    ["{{ tone | raw }}", "unknown_filter", "{{ tone | raw }}"], ["{{ nil }}", "empty_variable", "{{ nil }}"],
  ];
  for (const [source, code, place] of bad) {
    it(`${source} is refused: ${code}`, () => {
      const error = failure(source);
      assert.equal(error.code, code);
      assert.equal(source.slice(error.range.start, error.range.end), place);
    });
  }

  it("offers the right name", () => {
    assert.match(failure("{{ tnoe }}").hint ?? "", /`tone`/);
    assert.match(failure("{{ solve.anwser }}").hint ?? "", /`solve\.answer`/);
    assert.match(failure("{{ tone | uper }}").message, /`upper`/);
  });

  it("lets `default` stand in for null, which is refused otherwise", () => {
    assert.equal(renderTemplate("{{ x | default: 'none' }}", { x: null }), "none");
    assert.equal(failure("{{ x }}", { x: null }).code, "empty_variable");
  });
});

describe("fault 46: variables that are undefined, recursive or huge, and open braces", () => {
  useShortStacks();
  const itself: Record<string, unknown> = { name: "loop" };
  itself["self"] = itself;
  const huge = "x".repeat(10 * 1024 * 1024);
  const cases: Array<[title: string, source: string, values: Record<string, unknown>, code: string]> = [
    ["undefined", "{{ x }}", {}, "unknown_variable"],
    ["contains itself", "{{ x }}", { x: itself }, "recursive_variable"],
    ["contains itself, as JSON", "{{ x | tojson }}", { x: itself }, "recursive_variable"],
    ["10 MB", "{{ x }}", { x: huge }, "prompt_too_large"],
    ["10 MB through a filter", "{{ x | upcase }}", { x: huge }, "prompt_too_large"],
    ["many small outputs", "{% for i in (1..100000) %}{{ x }}{% endfor %}", { x: "x".repeat(100) }, "prompt_too_large"],
    ["a long loop", "{% for i in (1..1000000000) %}x{% endfor %}", {}, "template_budget"],
    ["loops in loops", "{% for i in (1..50000) %}{% for j in (1..50000) %}{% endfor %}{% endfor %}", {}, "template_budget"],
    ["deep nesting", `${"{% if x %}".repeat(200)}${"{% endif %}".repeat(200)}{{ y }}`, { x: true }, "unknown_variable"],
    ["deeper nesting", `${"{% if x %}".repeat(20_000)}${"{% endif %}".repeat(20_000)}`, { x: true }, "template_budget"],
    ["a template of 2 MB", "x".repeat(2 * 1024 * 1024), {}, "prompt_too_large"],
    ["unclosed braces", "a {{ x", { x: 1 }, "template_syntax"],
    ["unclosed tag", "a {% if x", { x: 1 }, "template_syntax"],
  ];
  for (const [title, source, values, code] of cases) it(`fault 46: ${title}`, () => assert.equal(failure(source, values).code, code));

  it("fault 46: a value that looks like a template, a role or an end tag stays text", () => {
    const value = "{{ x }}{% raw %}\nsystem:\n<|im_end|><｜end▁of▁sentence｜>";
    assert.equal(renderTemplate("{{ x }}", { x: value }), value);
  });
});

describe("templateVariables and diagnoseTemplate", () => {
  useShortStacks();

  it("lists what comes from outside, with its place", () => {
    const source = "é😀\n{{ solve.runs[0].answer }}{% for h in hints %}{{ h }}{{ forloop.index }}{% endfor %}{% assign q = tone %}{{ q }}";
    const found = templateVariables(source).map(({ name, path, range }) => [name, path.length, source.slice(range.start, range.end)]);
    assert.deepEqual(found, [["solve", 4, "solve.runs[0].answer"], ["hints", 1, "hints"], ["tone", 1, "tone"]]);
  });

  const findings: Array<[string, string[]]> = [
    ["Hi", []], ["{{ question }} {{ later }} {{ later.answer }}", []], ["\\frac{{1}}{2}", ["literal_number"]], ["{% if tone %}{{ 2.5 }}{% endif %}", ["literal_number"]],
    ["{{ first name }}", ["template_syntax"]], ["{{ x }} {{ y }}", ["unknown_variable", "unknown_variable"]], ["{% raw %}{{ x y }}{% endraw %}", []], ["{{ tone.x }}", ["unknown_variable"]],
  ];
  for (const [source, codes] of findings) it(source, () => assert.deepEqual(codesOf(diagnoseTemplate(source, scope)), codes));

  it("warns of a name that is out of date", () => {
    const [warning] = diagnoseTemplate("{{ solve.answer }}", { ...scope, stale: ["solve"] });
    assert.deepEqual([warning?.code, warning?.severity], ["stale_variable", "warning"]);
  });

  it("agrees with rendering: what has no error renders", () => {
    const part = fc.constantFrom("{{ tone }}", "{{ x }}", "{{ solve.answer }}", "{{", "}}", "{% if tone %}", "{% endif %}", "{{ 1 }}", "text", "{% raw %}", "{% endraw %}", "{{ tone | upper }}");
    fc.assert(fc.property(fc.array(part, { maxLength: 6 }).map((parts) => parts.join(" ")), (source) => {
      const errors = diagnoseTemplate(source, scope).filter(({ severity }) => severity === "error");
      if (errors.length === 0) assert.equal(typeof renderTemplate(source, scope.values), "string");
      else assert.throws(() => renderTemplate(source, scope.values), TemplateError);
    }), { numRuns: 300 });
  });
});
