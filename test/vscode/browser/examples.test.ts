import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";
import { smollm2 } from "../../helpers/models.ts";
import { until } from "./workbench-page.ts";
import { inWorkbench } from "./workbench-hooks.ts";

const EXAMPLES = join(packageRoot(), "notebooks");
const EXAMPLE_LIMIT_MS = 240_000;

interface SavedCell {
  cell_type: string;
  execution_count: number | null;
  outputs?: { output_type: string; ename?: string; evalue?: string }[];
}

describe("the example notebooks in the workbench", function () {
  this.timeout(EXAMPLE_LIMIT_MS);
  before(() => Promise.all([smollm2("int8"), smollm2("fp16")]));
  const shared = inWorkbench((workspace) => cpSync(EXAMPLES, workspace, { recursive: true }));

  for (const name of readdirSync(EXAMPLES).filter((file) => file.endsWith(".ipynb"))) {
    it(`runs ${name}`, async () => {
      const { window, workbench } = shared;
      await window.openFile(name);
      await window.page.locator(".notebook-editor .kernel-label, .notebook-toolbar-right", { hasText: "Retort" }).first().waitFor();
      await window.runAll();
      const cells = await until(`every cell of ${name} has run`, async () => {
        await window.page.keyboard.press("Control+s");
        const saved = codeCells(join(workbench.workspace, name));
        return saved.every(({ execution_count: count }) => count !== null) && (await window.page.locator(".codicon-notebook-stop").count()) === 0 ? saved : false;
      }, EXAMPLE_LIMIT_MS);
      assert.deepEqual(cells.flatMap(({ outputs }) => outputs ?? []).filter(({ output_type: type }) => type === "error"), []);
      await window.screenshot(`example-${name.replace(".ipynb", "")}`);
      await window.command("View: Close Editor");
    });
  }
});

function codeCells(path: string): SavedCell[] {
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as { cells: SavedCell[] };
  return cells.filter(({ cell_type: type }) => type === "code");
}
