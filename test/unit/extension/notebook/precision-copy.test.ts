import assert from "node:assert/strict";
import { precisionCopy } from "../../../../extension/notebook/precision-copy.ts";
import { hasErrors } from "../../../../kernel/cells/diagnostic.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { settingsFrom } from "../../../../kernel/cells/settings.ts";
import { validateCell } from "../../../../kernel/cells/validate.ts";

describe("copy of a cell for FP16 against INT8", () => {
  const table: Array<[string, string, string]> = [
    ["a plain prompt", "Name a colour.", "---\nmatrix: { precision: [fp16, int8] }\nruns: 3\n---\nName a colour."],
    ["settings", "---\n# a comment\ntemperature: 0\nprecision: int8\nruns: 5\n---\nHi", "---\nmatrix: { precision: [fp16, int8] }\nruns: 5\ntemperature: 0\n---\nHi"],
    ["a name", "---\nname: solve\nruns: 1\n---\nHi", "---\nname: solve_precision\nmatrix: { precision: [fp16, int8] }\nruns: 3\n---\nHi"],
    ["another matrix", "---\nmatrix:\n  temperature: [0, 1]\n---\nHi", "---\nmatrix: { precision: [fp16, int8] }\nruns: 3\n---\nHi"],
    ["a kind line", "%%prompt\n---\nseed: 7\n---\nHi", "---\nmatrix: { precision: [fp16, int8] }\nruns: 3\nseed: 7\n---\nHi"],
    ["roles", "system:\nBe brief.\nuser:\nHi\n", "---\nmatrix: { precision: [fp16, int8] }\nruns: 3\n---\nsystem:\nBe brief.\nuser:\nHi\n"],
  ];
  for (const [name, code, expected] of table) {
    it(`of ${name}`, () => {
      const copy = precisionCopy(code);
      assert.equal(copy, expected);
      const parsed = parseCell(copy ?? "");
      assert.ok(!hasErrors([...parsed.diagnostics, ...validateCell(parsed, { values: {}, stale: [], models: [] })]));
      assert.ok(parsed.cell.kind === "prompt");
      assert.deepEqual(settingsFrom(parsed.cell.settings).matrix?.map(({ key, values }) => ({ key, values: values.map(({ value }) => value) })), [{ key: "precision", values: ["fp16", "int8"] }]);
    });
  }

  it("keeps lists, nested values and texts as they were", () => {
    const copy = precisionCopy('---\nstop: ["\\n\\nQ:", "é: x"]\noutput:\n  schema: { type: object, properties: { a: { type: integer } } }\n---\nHi');
    const { cell } = parseCell(copy ?? "");
    assert.ok(cell.kind === "prompt");
    const { stop, output } = settingsFrom(cell.settings);
    assert.deepEqual(stop, ["\n\nQ:", "é: x"]);
    assert.ok(output !== undefined);
  });

  for (const code of ["%%js\n1", "%status", "", "%%vars\na: 1", "---\nunclosed", "%%nothing\nx"]) {
    it(`is refused for ${JSON.stringify(code)}`, () => assert.equal(precisionCopy(code), null));
  }
});
