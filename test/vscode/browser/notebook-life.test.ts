import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";
import { pythonPath } from "../../helpers/python.ts";
import { testHome } from "../../helpers/models.ts";
import { ensurePythonEnvironment } from "../../setup/python-env.ts";
import { type FoundProcess, processesOf, signal } from "../workbench/processes.ts";
import { writeNotebook } from "./notebook-files.ts";
import { packagedExtension } from "./packaged.ts";
import { inWorkbench } from "./workbench-hooks.ts";
import { until, type WorkbenchPage } from "./workbench-page.ts";

const SLOW_MS = 240_000;
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const ENDLESS = "---\nmodel: smollm2-135m\nmax_tokens: 2000\nrepeat_penalty: 1\n---\nTell a very long story about a river.";
const SAVED = [
  "%%vars\nword: kiwi",
  "---\nname: first\nmodel: smollm2-135m\ntemperature: 0\nmax_tokens: 6\nruns: 2\n---\nRepeat the word {{ word }}.",
  `%%js\ndisplay({ 'image/png': '${PNG}' })\nconsole.log('a line')\nvars.word.length`,
];

describe("a notebook that outlives its window, and one that leaves it", function () {
  this.timeout(SLOW_MS * 2);
  const shared = inWorkbench((workspace) => {
    writeNotebook(workspace, "reloaded.ipynb", [ENDLESS, "%%js\n20 + 3"]);
    writeNotebook(workspace, "saved.ipynb", SAVED);
  });
  const processes = (name: RegExp): FoundProcess[] => processesOf(shared.workbench.retortHome).filter(({ command }) => name.test(command));
  const kernels = (): FoundProcess[] => processes(/\bkernel\.js\b/);
  const run = async (window: WorkbenchPage, index: number): Promise<void> => {
    const row = window.page.locator(".notebook-editor .code-cell-row").nth(index);
    await row.hover({ timeout: SLOW_MS });
    await row.locator(".run-button-container .codicon-notebook-execute").click({ timeout: SLOW_MS });
  };

  it("a reload while a cell runs leaves no process behind, and the notebook runs again", async () => {
    const { window } = shared;
    await window.openFile("reloaded.ipynb");
    await run(window, 0);
    await until("some text", async () => (await window.outputText()).length > 40, SLOW_MS);
    const [before] = kernels();
    assert.ok(before !== undefined);
    await window.reload();
    await until("the kernel of the old window is gone", () => !kernels().some(({ pid }) => pid === before.pid), SLOW_MS);
    await window.page.locator(".notebook-editor .code-cell-row").nth(1).waitFor({ timeout: SLOW_MS });
    await run(window, 1);
    await until("the next cell's result", async () => /\b23\b/.test(await window.outputText()), SLOW_MS);
    assert.equal(kernels().length, 1);
    await window.command("View: Revert and Close Editor");
    await until("the kernel has ended", () => kernels().length === 0);
    assert.ok(processes(/\bengine\.js\b/).length <= 1, "at most the engine of the one runtime, which the window's lease keeps");
  });

  it("fault 71: a killed extension host takes the kernel along, and the notebook runs again when the window is reloaded", async () => {
    const { window } = shared;
    await window.openFile("reloaded.ipynb");
    await run(window, 0);
    await until("the cell runs", () => kernels().length === 1 && processes(/\bengine\.js\b/).length > 0, SLOW_MS);
    const [kernel] = kernels();
    const hosts = processes(/--type=extensionHost/);
    assert.equal(hosts.length, 1);
    for (const { pid } of hosts) signal(pid, "SIGKILL");
    await until("the kernel has ended", () => !kernels().some(({ pid }) => pid === kernel?.pid), SLOW_MS);
    await window.reload();
    await window.page.locator(".notebook-editor .code-cell-row").nth(1).waitFor({ timeout: SLOW_MS });
    await run(window, 1);
    await until("the next cell's result", async () => /\b23\b/.test(await window.outputText()), SLOW_MS);
    await window.command("View: Revert and Close Editor");
    await until("the kernel has ended", () => kernels().length === 0);
  });

  it("a file saved by VS Code is valid, and runs in nbclient as it is", async () => {
    ensurePythonEnvironment();
    const { window, workbench } = shared;
    const path = join(workbench.workspace, "saved.ipynb");
    const saved = (): { cells: Array<{ execution_count: number | null }> } | null => {
      const text = readFileSync(path, "utf8");
      // VS Code empties the file before it writes it.
      return text === "" ? null : JSON.parse(text);
    };
    await window.openFile("saved.ipynb");
    await window.runAll();
    // The last cell is out of sight: the file tells when all have run.
    await until("the file has the results", async () => {
      if (saved()?.cells.every(({ execution_count: count }) => count !== null) === true) return true;
      await window.page.keyboard.press("Control+s");
      return false;
    }, SLOW_MS);
    const home = mkdtempSync(join(tmpdir(), "retort-saved-"));
    try {
      const { folder } = await packagedExtension();
      const env = {
        ...process.env, RETORT_HOME: workbench.retortHome, RETORT_MODELS: join(testHome(), "models"), RETORT_THREADS: "1",
        JUPYTER_DATA_DIR: home, JUPYTER_RUNTIME_DIR: home, JUPYTER_CONFIG_DIR: home, JUPYTER_PLATFORM_DIRS: "0",
      };
      execFileSync(process.execPath, [join(folder, "dist", "retort.js"), "install", "--user"], { env, stdio: "ignore" });
      const said = execFileSync(pythonPath(), [join(packageRoot(), "test", "clients", "saved_notebook.py"), path], { env, encoding: "utf8" });
      assert.deepEqual(JSON.parse(said), { valid: true, kernel: "retort", counts: [1, 2, 3], last: "4", types: ["display_data", "stream", "execute_result"] });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
    await window.command("View: Revert and Close Editor");
  });
});
