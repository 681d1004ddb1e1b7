import assert from "node:assert/strict";
import { until, type WorkbenchPage } from "./workbench-page.ts";
import { writeNotebook } from "./notebook-files.ts";
import { inWorkbench } from "./workbench-hooks.ts";
import { type FoundProcess, processesOf, signal } from "../workbench/processes.ts";

const SLOW_MS = 120_000;
const ANSWER = "---\nmodel: smollm2-135m\ntemperature: 0\nmax_tokens: 120\n---\nTell a story about a mountain.";
const ENDLESS = "---\nmodel: smollm2-135m\nmax_tokens: 2000\nrepeat_penalty: 1\n---\nTell a very long story about a river.";

describe("a notebook in the workbench", function () {
  this.timeout(SLOW_MS * 2);
  const shared = inWorkbench((workspace) => {
    writeNotebook(workspace, "answer.ipynb", [ANSWER]);
    writeNotebook(workspace, "endless.ipynb", [ENDLESS, "%%js\n20 + 1"]);
    writeNotebook(workspace, "compare.ipynb", ["---\nname: capital\nmodel: smollm2-135m\ntemperature: 0\nmax_tokens: 12\nruns: 2\n---\nWhat is the capital of France?"]);
    writeNotebook(workspace, "killed.ipynb", ["%%js\nconsole.log('begun')\nawait sleep(60_000)", "%%js\n20 + 2"]);
  });

  /** Opens a notebook and waits for our kernel in its toolbar. */
  async function open(name: string): Promise<WorkbenchPage> {
    const { window } = shared;
    await window.openFile(name);
    await window.page.locator(".notebook-editor .kernel-label, .notebook-toolbar-right", { hasText: "Retort" }).first().waitFor();
    return window;
  }

  const runCell = (window: WorkbenchPage, index: number): Promise<void> => {
    const row = window.page.locator(".notebook-editor .code-cell-row").nth(index);
    return row.hover().then(() => row.locator(".run-button-container .codicon-notebook-execute").click());
  };
  const kernels = (): FoundProcess[] => processesOf(shared.workbench.retortHome).filter(({ command }) => /\bkernel\.js\b/.test(command));
  /** A notebook's kernel ends with it. */
  const close = async (window: WorkbenchPage): Promise<void> => {
    await window.command("View: Revert and Close Editor");
    await until("the kernel has ended", () => kernels().length === 0);
  };

  it("shows an answer while it comes, then its speed", async () => {
    const window = await open("answer.ipynb");
    await runCell(window, 0);
    const lengths = new Set<number>();
    await until("the line with the speed", async () => {
      const text = await window.outputText();
      if (text !== "") lengths.add(text.length);
      return /tok\/s/.test(text);
    }, SLOW_MS);
    assert.ok(lengths.size >= 3, `the answer grew in ${lengths.size} steps`);
    // The finished answer is drawn as Markdown, a moment after the line below it.
    await until("the whole answer", async () => (await window.outputText()).length > 300);
    await window.screenshot("notebook-answer");
    await close(window);
  });

  it("interrupts a cell and runs the next one", async () => {
    const window = await open("endless.ipynb");
    await runCell(window, 0);
    await until("some text", async () => (await window.outputText()).length > 40, SLOW_MS);
    await window.command("Retort: Interrupt Kernel");
    await until("the cell stands still", async () => (await window.page.locator(".code-cell-row .codicon-notebook-stop").count()) === 0);
    await runCell(window, 1);
    await until("the next cell's result", async () => /\b21\b/.test(await window.outputText()), SLOW_MS);
    await close(window);
  });

  it("tells that a kernel was killed, and goes on with a new one", async () => {
    const window = await open("killed.ipynb");
    await runCell(window, 0);
    await until("the cell has begun", async () => /begun/.test(await window.outputText()), SLOW_MS);
    assert.equal(kernels().length, 1, "one kernel runs");
    for (const { pid } of kernels()) signal(pid, "SIGKILL");
    await until("one clear message", async () => /kernel/i.test((await window.outputText()) + (await window.page.locator(".notifications-toasts").innerText().catch(() => ""))));
    await window.screenshot("notebook-kernel-killed");
    await runCell(window, 1);
    await until("the next cell's result", async () => /\b22\b/.test(await window.outputText()), SLOW_MS);
    await close(window);
  });

  it("compares FP16 and INT8 of a cell, in light and dark", async () => {
    const window = await open("compare.ipynb");
    await window.page.locator(".code-cell-row .monaco-editor").first().click();
    await window.command("Retort: Compare FP16 and INT8 for This Cell");
    await until("the table", async () => {
      const text = await window.outputText();
      return /fp16/i.test(text) && /int8/i.test(text) && /tok\/s/.test(text);
    }, SLOW_MS);
    await until("the cell stands still", async () => (await window.page.locator(".code-cell-row .codicon-notebook-stop").count()) === 0, SLOW_MS);
    await window.command("Notifications: Clear All Notifications");
    await window.screenshot("precision-comparison-light");
    await window.command("Preferences: Toggle between Light/Dark Themes");
    await window.page.locator(".monaco-workbench.vs-dark").waitFor();
    await window.screenshot("precision-comparison-dark");
    await close(window);
  });
});
