import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { settingsEdits } from "../../../../kernel/cells/set-settings.ts";
import { withEdits } from "../../../../kernel/cells/rename.ts";

function changed(source: string, values: Record<string, string | null>): string | null {
  const edits = settingsEdits(source, values);
  return edits === null ? null : withEdits(source, edits);
}

describe("settingsEdits", () => {
  const cases: Array<[source: string, values: Record<string, string | null>, expected: string | null]> = [
    ["Hi", { runs: "5" }, "---\nruns: 5\n---\nHi"],
    ["%%prompt\nHi", { runs: "5" }, "%%prompt\n---\nruns: 5\n---\nHi"],
    ["\uFEFFHi\r\nyou", { runs: "5" }, "\uFEFF---\r\nruns: 5\r\n---\r\nHi\r\nyou"],
    ["---\nruns: 3 # few\n---\nHi", { runs: "5" }, "---\nruns: 5 # few\n---\nHi"],
    ["---\nname: a\n---\nHi", { runs: "5", seed: "1" }, "---\nruns: 5\nseed: 1\nname: a\n---\nHi"],
    ["---\nprecision: int8\nname: a\n---\nHi", { precision: null, matrix: "{ precision: [fp16, int8] }" }, "---\nmatrix: { precision: [fp16, int8] }\nname: a\n---\nHi"],
    ["---\nmatrix:\n  precision:\n    - fp16\nname: a\n---\nHi", { matrix: null }, "---\nname: a\n---\nHi"],
    ["---\nmatrix:\n  precision: [fp16]\nname: a\n---\nHi", { matrix: "{ top_k: [1] }" }, "---\nmatrix:\n  { top_k: [1] }\nname: a\n---\nHi"],
    ["Hi", { runs: null }, "Hi"],
    ["%%vars\na: 1", { runs: "5" }, null], ["%status", { runs: "5" }, null], ["---\nruns: [\n---\nHi", { runs: "5" }, null], ["", { runs: "5" }, null],
  ];
  for (const [source, values, expected] of cases) {
    it(`${JSON.stringify(source)} ${JSON.stringify(values)}`, () => assert.equal(changed(source, values), expected));
  }

  it("keeps the prompt and sets the value, whatever stands there", () => {
    const line = fc.constantFrom("runs: 3", "name: a", "# 注释 😀", "temperature: 0.5", "");
    fc.assert(fc.property(fc.uniqueArray(line), fc.constantFrom("\n", "\r\n"), fc.boolean(), (lines, newline, hasFront) => {
      const source = (hasFront ? ["---", ...lines, "---", "Hi 😀"] : ["Hi 😀"]).join(newline);
      const { cell } = parseCell(changed(source, { runs: "7" }) ?? "");
      assert.ok(cell.kind === "prompt");
      assert.equal(cell.settings.find(({ key }) => key === "runs")?.value, 7);
      assert.deepEqual(cell.messages.map(({ template }) => template), ["Hi 😀"]);
    }));
  });
});
