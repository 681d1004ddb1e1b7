import assert from "node:assert/strict";
import fc from "fast-check";
import { hasErrors } from "../../../../kernel/cells/diagnostic.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { renderTemplate } from "../../../../kernel/cells/template.ts";
import { validateCell } from "../../../../kernel/cells/validate.ts";
import { fromCell, toCells } from "../../../../kernel/export/cell-form.ts";
import { fromDotprompt, toDotprompt } from "../../../../kernel/export/dotprompt.ts";
import { formatOfFile, PROMPT_FORMATS } from "../../../../kernel/export/formats.ts";
import { handlebarsToLiquid, liquidToHandlebars } from "../../../../kernel/export/handlebars.ts";
import { jinjaToLiquid, liquidToJinja } from "../../../../kernel/export/jinja.ts";
import type { PromptFile } from "../../../../kernel/export/prompt-file.ts";
import { fromPromptYml, toPromptYml } from "../../../../kernel/export/prompt-yml.ts";
import { fromPrompty, toPrompty } from "../../../../kernel/export/prompty.ts";

const FILE: PromptFile = {
  name: "solve", description: null,
  settings: { model: "small", temperature: 0.6, top_p: 0.95, max_tokens: 64, seed: 7, stop: ["\n\nQ:"], frequency_penalty: 0.1, presence_penalty: 0.2 },
  output: { type: "json_schema", schema: { type: "object", properties: { a: { type: "integer" } }, required: ["a"] } },
  messages: [{ role: "system", template: "Be brief." }, { role: "user", template: "What is {{ question }}?" }, { role: "assistant", template: "16" }, { role: "user", template: "Sure, {{name}}?" }],
  inputs: { question: "48 / 3", name: "Ada" },
  tests: { rows: [], assert: [] },
};

function promptCell(source: string) {
  const { cell, diagnostics } = parseCell(source);
  assert.ok(cell.kind === "prompt" && !hasErrors(diagnostics), JSON.stringify(diagnostics));
  return cell;
}

describe("prompt files", () => {
  for (const { name, write, read } of PROMPT_FORMATS) {
    it(`${name}: what is written is read again`, () => {
      const written = write(FILE);
      assert.deepEqual(written.losses, []);
      const { value, losses } = read(written.value);
      assert.deepEqual(losses, []);
      const spaced = (file: PromptFile): PromptFile => ({ ...file, messages: file.messages.map((message) => ({ ...message, template: message.template.replaceAll(/\{\{ *(\w+) *\}\}/g, "{{$1}}") })) });
      assert.deepEqual(spaced(value), spaced(FILE));
    });

    it(`${name}: a cell comes back with its settings and messages, and lists what the format does not hold`, () => {
      const source = "---\nname: checks\nmodel: small\ntemperature: 0.5\nruns: 8\nmin_p: 0.1\nprecision: int8\nassert:\n  - judge: Is it good?\n---\nsystem:\nBe kind.\n\nuser:\nWhat is {{ question }}?";
      const file = fromCell(promptCell(source), { question: "x", unused: 1 });
      const written = write(file.value);
      const losses = [...file.losses, ...written.losses].join("\n");
      for (const word of ["runs", "precision", "assert"]) assert.match(losses, new RegExp(word), losses);
      const { value: [vars = "", prompt = ""] } = toCells(read(written.value).value);
      assert.match(vars, /^%%vars\nquestion: x/);
      const back = promptCell(prompt);
      assert.deepEqual(back.messages.map(({ role, template }) => [role, template.replaceAll(/\{\{ *(\w+) *\}\}/g, "{{$1}}")]), [["system", "Be kind."], ["user", "What is {{question}}?"]]);
      const settings = Object.fromEntries(back.settings.map(({ key, value }) => [key, value]));
      assert.deepEqual([settings.name, settings.model, settings.temperature], ["checks", "small", 0.5]);
    });
  }

  it("are known by their names", () => {
    assert.deepEqual(["a.prompty", "b/c.prompt", "X.PROMPT.YML", "d.prompt.yaml", "e.md"].map((path) => formatOfFile(path)?.name), ["prompty", "prompt", "prompt.yml", "prompt.yml", undefined]);
  });

  it("of any text come back as messages with the same text", () => {
    const template = fc.array(fc.constantFrom("user:", "system:", "Text", "%help", "%%vars", "---", "# Parameters", "", "  indented", "\\boxed{16}", "é", "a: b", "\\user:"), { minLength: 1, maxLength: 5 }).map((lines) => lines.join("\n").trim()).filter((text) => text !== "");
    fc.assert(fc.property(fc.array(fc.record({ role: fc.constantFrom("system" as const, "user" as const, "assistant" as const), template }, { noNullPrototype: true }), { minLength: 1, maxLength: 4 }), (messages) => {
      const { value: [source = ""] } = toCells({ ...FILE, settings: {}, output: null, name: null, inputs: {}, messages });
      assert.deepEqual(promptCell(source).messages.map(({ role, template: text }) => ({ role, template: text })), messages);
    }), { numRuns: 300 });
  });
});

describe(".prompty", () => {
  it("of version 1 is read: default role system, Jinja, samples, secrets not shown", () => {
    const { value, losses } = fromPrompty(`---
name: Basic Prompt
authors: [someone]
model:
  api: chat
  configuration: { type: azure_openai, azure_deployment: gpt-35, api_key: hush }
  parameters: { max_tokens: 128, temperature: 0.2, logit_bias: { "1": 2 } }
sample: { first: Jane, items: [a, b] }
---
You help.

# user:
{% for i in items %}{{ loop.index }}. {{ i | upper }}{% endfor %}
{%- if first == "Jane" %} Hi{% elif not first %} Who?{% else %} {{ first | default("you") }}{% endif %}
`);
    assert.deepEqual(value.messages.map(({ role }) => role), ["system", "user"]);
    assert.deepEqual([value.settings, value.inputs], [{ model: "gpt-35", max_tokens: 128, temperature: 0.2 }, { first: "Jane", items: ["a", "b"] }]);
    assert.ok(!losses.join().includes("hush"), losses.join());
    for (const word of ["authors", "logit_bias", "api_key", "elif not first"]) assert.ok(losses.join().includes(word), `${word} in ${losses.join()}`);
  });

  it("of version 2 is read", () => {
    const { value, losses } = fromPrompty("---\nname: two\nmodel:\n  id: small\n  provider: openai\n  options: { temperature: 0.1, maxOutputTokens: 5, stopSequences: [x], topK: 3 }\ninputs:\n  - { name: q, kind: string, default: hello }\n  - { name: r, kind: string }\n---\nuser:\n{{q}} {{r}}\n");
    assert.deepEqual(value.settings, { model: "small", temperature: 0.1, max_tokens: 5, stop: ["x"], top_k: 3 });
    assert.deepEqual(value.inputs, { q: "hello" });
    assert.match(losses.join("\n"), /provider[\s\S]*inputs\.r/);
  });

  it("tells of a line that would begin a message there", () => {
    assert.match(toPrompty({ ...FILE, messages: [{ role: "user", template: "Say\n# system:\nhi" }] }).losses.join(), /would begin a new message/);
  });
});

describe(".prompt", () => {
  it("is read: roles, blocks, Picoschema", () => {
    const { value, losses } = fromDotprompt(`---
model: vendor/model-1
config: { temperature: 0.9, topK: 4, apiKey: hush, safety: high }
input: { schema: { city: string, "days?(array)": integer }, default: { city: Paris } }
output: { format: json, schema: { "name, the": string, age?: "integer, years", "tags(array, all)": string, "mood(enum)": [ok, bad] } }
tools: [search]
---
{{role "system"}}You know {{city}}.
{{role "user"}}
{{#each days as |d|}}{{@index}}: {{d}}{{#if ../city}}!{{/if}}{{else}}none{{/each}} {{! note }}{{#unless city}}where{{/unless}}{{history}}
{{role "model"}}Yes`);
    assert.deepEqual(value.messages.map(({ role }) => role), ["system", "user", "assistant"]);
    assert.ok(!losses.join().includes("hush"));
    for (const word of ["tools", "safety", "history", "apiKey", "input.schema.days"]) assert.ok(losses.join().includes(word), `${word} in ${losses.join("\n")}`);
    assert.deepEqual(value.settings, { model: "vendor/model-1", temperature: 0.9, top_k: 4 });
    const user = value.messages[1]?.template.replace("{{history}}", "") ?? "";
    assert.equal(renderTemplate(user, { days: [3, 5], city: "Paris" }).trim(), "0: 3!1: 5!");
  });

  it("turns Picoschema into JSON Schema", () => {
    const { value } = fromDotprompt('---\noutput:\n  schema:\n    name: string, the name\n    age?: integer\n    tags(array, all of them): string\n    mood(enum): [ok, bad]\n---\nHi');
    assert.deepEqual(value.output, { type: "json_schema", schema: {
      type: "object", required: ["name", "tags", "mood"], additionalProperties: false,
      properties: { name: { type: "string", description: "the name" }, age: { type: "integer" }, tags: { type: "array", items: { type: "string" }, description: "all of them" }, mood: { enum: ["ok", "bad"] } },
    } });
    assert.ok(toDotprompt(FILE).value.includes("maxOutputTokens: 64"));
  });
});

describe(".prompt.yml", () => {
  const TEXT = `name: Text Summarizer
model: openai/gpt-4o-mini
modelParameters: { temperature: 0.5, unknownThing: 1 }
messages:
  - { role: system, content: "Summarise {% this %}." }
  - { role: user, content: "Text: {{input}}" }
testData:
  - { input: The quick fox, expected: fox }
  - { input: The lazy dog, expected: dog }
evaluators:
  - { name: has it, string: { contains: "{{expected}}" } }
  - { name: begins, string: { startsWith: "Sum (x)" } }
  - { name: similar, uses: github/similarity }
`;

  it("becomes a cell with rows and assertions that is free of errors", () => {
    const { value, losses } = fromPromptYml(TEXT);
    assert.match(losses.join("\n"), /unknownThing[\s\S]*github\/similarity/);
    const cells = toCells(value);
    assert.match(cells.losses.join(), /became `text_summarizer`/);
    const parsed = parseCell(cells.value[0] ?? "");
    const errors = validateCell(parsed, { values: {}, stale: [], models: [], defaults: {} }).filter(({ severity }) => severity === "error");
    assert.deepEqual(errors, []);
    const cell = promptCell(cells.value[0] ?? "");
    assert.deepEqual(cell.messages.map(({ template }) => renderTemplate(template, { row: { input: "I" } })), ["Summarise {% this %}.", "Text: I"]);
    assert.deepEqual(cell.settings.find(({ key }) => key === "assert")?.value, [{ contains: "{{ row.expected }}" }, { matches: "/^Sum \\(x\\)/" }]);
    assert.deepEqual(fromPromptYml(toPromptYml(fromCell(cell, {}).value).value).value.tests.rows, value.tests.rows);
  });

  it("tells what its templates cannot say", () => {
    assert.match(toPromptYml({ ...FILE, messages: [{ role: "user", template: "{% if a %}x{% endif %} {{ a | upcase }}" }] }).losses.join("\n"), /if a[\s\S]*upcase/);
  });
});

describe("template languages", () => {
  const values = { name: "Ada", list: ["x", "y"], yes: true, no: false, n: 2, text: "a b" };
  for (const template of [
    "Hi {{ name }}", "{% for i in list %}{{ forloop.index }}:{{ i }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
    "{% if yes %}a{% elsif no %}b{% else %}c{% endif %}", "{{ name | upcase | default: \"x\" }}", "{{ list | join: \", \" }}", "{% if list contains \"x\" %}in{% endif %}",
    "{% comment %}note{% endcomment %}z", "{% raw %}{{ x }}{% endraw %}", "{% assign k = name | downcase %}{{ k }}", "  {%- if n > 1 -%}  many  {%- endif -%}  ", "{% unless no %}u{% else %}v{% endunless %}",
  ]) {
    it(`Jinja and back means the same: ${template}`, () => {
      const there = liquidToJinja(template);
      const back = jinjaToLiquid(there.value);
      assert.deepEqual([...there.losses, ...back.losses], []);
      assert.equal(renderTemplate(back.value, values), renderTemplate(template, values));
    });
  }

  it("a brace and a hash are a comment in Jinja only", () => {
    assert.equal(liquidToJinja("see {#1}").value, 'see {{ "{#" }}1}');
    assert.equal(jinjaToLiquid("a{# gone #}b").value, "a{% comment %}gone{% endcomment %}b");
  });

  for (const template of ["{% macro m() %}x{% endmacro %}", "{{ a ~ b }}", "{{ f(x) }}", "{% if x is defined %}y{% endif %}", "{{ x | xmlattr }}", "{{ a if b else c }}", "{% include 'x' %}", "{% for k, v in d.items() %}{% endfor %}"]) {
    it(`says what Liquid cannot: ${template}`, () => assert.ok(jinjaToLiquid(template).losses.length > 0));
  }

  for (const template of ["Hi {{ name }}", "{% for i in list %}{{ i }}{{ forloop.index0 }}{% endfor %}", "{% if yes %}a{% else %}b{% endif %}{% unless no %}c{% endunless %}", "{% if name == \"Ada\" %}yes{% endif %}", "{{ list | json }}", "{% raw %}{{ x }}{% endraw %}"]) {
    it(`Handlebars and back means the same: ${template}`, () => {
      const there = liquidToHandlebars(template);
      const back = handlebarsToLiquid(there.value);
      assert.deepEqual([...there.losses, ...back.losses], []);
      assert.equal(renderTemplate(back.value, values), renderTemplate(template, values));
    });
  }

  for (const template of ["{{ x | upcase }}", "{% if a > 1 %}y{% endif %}", "{% case x %}{% endcase %}", "{{ forloop.index }}", "{% assign a = 1 %}"]) {
    it(`says what dotprompt cannot: ${template}`, () => assert.ok(liquidToHandlebars(template).losses.length > 0));
  }

  it("never throws, and takes time in proportion", () => {
    const piece = fc.constantFrom("{{", "}}", "{%", "%}", "{#", "#}", "{{#if x}}", "{{/if}}", "{{else}}", "'", '"', "|", "a", " ", "{% raw %}", "{% if ", "\\{{", "{{!--");
    fc.assert(fc.property(fc.array(piece, { maxLength: 30 }).map((parts) => parts.join("")), (text) => {
      for (const convert of [liquidToJinja, jinjaToLiquid, liquidToHandlebars, handlebarsToLiquid]) assert.equal(typeof convert(text).value, "string");
    }), { numRuns: 300 });
    for (const part of ["{{ ", "{% ", "{{ '", "{# ", "{{{", "{{!--", "{{ x }} ", "\\{{", "{% raw %}"]) {
      const begun = process.cpuUsage().user;
      const long = part.repeat(4000);
      for (const convert of [liquidToJinja, jinjaToLiquid, handlebarsToLiquid]) convert(long);
      assert.ok((process.cpuUsage().user - begun) / 1000 < 8000, part);
    }
  });
});
