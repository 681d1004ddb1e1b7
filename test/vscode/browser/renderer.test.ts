import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { newNotebookMetadata } from "../../../extension/notebook/metadata.ts";
import { inWorkbench } from "./workbench-hooks.ts";
import { until } from "./workbench-page.ts";

const RUNS_MIME = "application/vnd.retort.runs+json";
const FIRST = "The box holds <b>16</b> eggs: 3 rows of 4, and 4 more.";
const SECOND = "The box holds 15 eggs: 3 rows of 4, and 3 more.";

/** A saved cell: what a sweep of two runs leaves behind. */
function savedNotebook(): string {
  const row = (precision: string, ttft: number, passed: boolean, answer: string) => ({
    precision, run: 0, seed: 7, status: "ok", passed, checks: [{ name: "boxed", passed, detail: passed ? "found 16" : "found 15, not 16", score: null, ms: 1 }],
    answer, thinking: "Let me count them.", boxed: null, json: null, finish: "stop", cache: "cold", ttft_ms: ttft, decode_tok_s: 40.25, answer_tokens: 20, error: null,
  });
  const tables = [{ columns: [{ label: "setting", align: "left" }, { label: "decode (tok/s)", align: "right" }], rows: [["precision fp16", "9.5"], ["precision int8", "12.1"]], notes: ["2 runs, prompt cache cold."] }];
  const data = { [RUNS_MIME]: { format: 1, total: 2, left_out: 0, tables, rows: [row("fp16", 120, true, FIRST), row("int8", 90.5, false, SECOND)] }, "text/html": "<p>the plain table</p>", "text/plain": "the plain table" };
  const cell = { cell_type: "code", id: "cell-0", metadata: {}, source: "Eggs?", execution_count: 1, outputs: [{ output_type: "display_data", data, metadata: {} }] };
  return JSON.stringify({ cells: [cell], metadata: newNotebookMetadata()["metadata"], nbformat: 4, nbformat_minor: 5 });
}

describe("the view of runs", function () {
  this.timeout(180_000);
  const shared = inWorkbench((workspace) => writeFileSync(join(workspace, "runs.ipynb"), savedNotebook()));

  const texts = (cells: Locator): Promise<string[]> => cells.allInnerTexts();

  it("sorts by a click on a head, opens a run, and marks what differs between two answers", async () => {
    const { window } = shared;
    await window.page.getByRole("treeitem", { name: "runs.ipynb" }).first().dblclick();
    const view = window.outputs();
    const summary = view.locator("table").first();
    await summary.waitFor({ timeout: 60_000 });
    assert.doesNotMatch(await window.outputText(), /the plain table/, "the plain form gives way");
    const speeds = (): Promise<string[]> => texts(summary.locator("tbody td:nth-child(2)"));
    assert.deepEqual(await speeds(), ["9.5", "12.1"]);
    const head = summary.getByRole("button", { name: "decode (tok/s)" });
    await head.click();
    await head.click();
    assert.deepEqual(await speeds(), ["12.1", "9.5"]);
    assert.equal(await summary.locator("th").nth(1).getAttribute("aria-sort"), "descending");

    await view.locator("details.runs > summary").click();
    const runs = view.locator("details.runs table");
    await runs.getByRole("button", { name: "ttft_ms" }).click();
    assert.deepEqual(await texts(runs.locator("tr.run td:nth-child(2)")), ["int8", "fp16"]);

    // By keyboard, as who sees nothing opens it.
    const opener = runs.getByRole("button", { name: "Details of precision fp16, run 0" });
    await opener.focus();
    await window.page.keyboard.press("Enter");
    const detail = runs.locator(".detail");
    await detail.waitFor();
    assert.match(await detail.innerText(), /The box holds <b>16<\/b> eggs[^]*✓ boxed: passed[^]*found 16/);
    assert.equal(await detail.locator("b").count(), 0, "a model's HTML stays text");
    assert.equal(await detail.getByText("Let me count them.").isVisible(), false, "thinking is folded");

    for (const box of await runs.getByRole("checkbox").all()) await box.check();
    await until("the differences", async () => (await view.locator("del").count()) > 0);
    assert.match((await texts(view.locator("ins"))).join(), /<b>16<\/b>|16/);
    await window.screenshot("renderer-light");
    await window.command("Preferences: Toggle between Light/Dark Themes");
    await window.page.locator(".monaco-workbench.vs-dark").waitFor();
    await window.screenshot("renderer-dark");
    await window.command("View: Revert and Close Editor");
  });
});
