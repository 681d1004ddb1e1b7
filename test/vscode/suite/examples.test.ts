import assert from "node:assert/strict";
import { cpSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";
import { closeAll, kernelPids, NotebookDriver, workspaceFolder } from "./notebook-driver.ts";
import { until } from "./until.ts";

const EXAMPLES = join(packageRoot(), "notebooks");
/** The longest takes a minute on two quiet cores. */
const EXAMPLE_LIMIT_MS = 300_000;

interface SavedCell {
  cell_type: string;
  execution_count: number | null;
  outputs: Array<{ output_type: string }>;
}

/** Each as somebody would try it: opened from its folder, all cells run, saved. */
describe("example notebooks", function () {
  this.timeout(EXAMPLE_LIMIT_MS);
  const folder = join(workspaceFolder(), "examples");
  // Without what a run by hand has written beside them.
  before(() => cpSync(EXAMPLES, folder, { recursive: true, filter: (path) => basename(path) !== "results" }));
  afterEach(async () => {
    await closeAll();
    await until("a closed notebook leaves no kernel", () => kernelPids().length === 0);
  });

  for (const name of readdirSync(EXAMPLES).filter((file) => file.endsWith(".ipynb"))) {
    it(`runs ${name}`, async () => {
      const book = await NotebookDriver.showFile(join(folder, name));
      await book.chooseKernel("retort", "retort.retort");
      await book.runAll(EXAMPLE_LIMIT_MS);
      const errors = book.codeCells().flatMap((index) => (book.success(index) === true ? [] : [{ index, error: book.error(index) }]));
      assert.deepEqual(errors, []);
      const saved = ((await book.saved()).cells as unknown as SavedCell[]).filter(({ cell_type: type }) => type === "code");
      assert.deepEqual(saved.map(({ execution_count: count }) => count), saved.map((_, i) => i + 1), "every cell ran once, in order");
      assert.deepEqual(saved.flatMap(({ outputs }) => outputs).filter(({ output_type: type }) => type === "error"), []);
    });
  }
});
