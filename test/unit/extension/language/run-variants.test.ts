import assert from "node:assert/strict";
import { RUN_VARIANTS } from "../../../../extension/language/run-variants.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { settingsEdits } from "../../../../kernel/cells/set-settings.ts";
import { validateCell } from "../../../../kernel/cells/validate.ts";
import { withEdits } from "../../../../kernel/cells/rename.ts";

describe("RUN_VARIANTS", () => {
  const cells = ["Hi", "---\nprecision: int8\ntemperature: 0.5\nruns: 2\n---\nHi", "---\nmatrix: { seed: [1, 2] }\n---\nHi"];
  for (const { id, settings } of RUN_VARIANTS) {
    it(`${id} makes a cell that can run, after every other`, () => {
      const starts = [...cells, ...RUN_VARIANTS.map((other) => withEdits("Hi", settingsEdits("Hi", other.settings) ?? []))];
      for (const source of starts) {
        const edits = settingsEdits(source, settings);
        assert.ok(edits, source);
        assert.deepEqual(validateCell(parseCell(withEdits(source, edits)), { values: {}, stale: [], models: [] }).filter(({ severity }) => severity === "error"), []);
      }
    });
  }
});
