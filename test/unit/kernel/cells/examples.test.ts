import assert from "node:assert/strict";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { settingsOf } from "../../../../kernel/cells/settings.ts";
import { codesOf, errorsOf, fixture } from "./cells-helper.ts";

interface Example {
  title: string;
  kind: string;
  errors: string[];
  source: string;
}

const examples = fixture("examples.yaml") as Example[];

describe("the examples of the language page", () => {
  for (const { title, kind, errors, source } of examples) {
    it(title, () => {
      assert.equal(parseCell(source).cell.kind, kind);
      assert.deepEqual(codesOf(errorsOf(source)), errors);
    });
  }

  it("gives the settings of a prompt their types", () => {
    const { cell } = parseCell(examples[1]?.source ?? "");
    assert.ok(cell.kind === "prompt");
    assert.deepEqual(settingsOf(cell), {
      name: "solve", model: "r1-1.5b", precision: "fp16", temperature: 0.6, top_p: 0.95, max_tokens: 2048, seed: 7, stop: ["\n\nQuestion:"], tools: ["calculator"],
      output: { type: "json_schema", schema: { type: "object", required: ["answer"], properties: { answer: { type: "integer" } } } },
    });
    assert.deepEqual(cell.messages.map(({ role, template }) => [role, template]), [["user", "A box holds 3 rows of 4 eggs and 4 single eggs. How many eggs?"]]);
  });

  it("reads variables", () => {
    const { cell } = parseCell(examples[2]?.source ?? "");
    assert.ok(cell.kind === "vars");
    assert.deepEqual(Object.fromEntries(cell.values.map(({ key, value }) => [key, value])), {
      question: "What is 48 / 3?", tone: "friendly", hints: ["divide by three", "check by multiplying"],
    });
  });
});
