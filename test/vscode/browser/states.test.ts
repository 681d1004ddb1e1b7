import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { recordPath, writeRecord } from "../../../runtime/client/discovery.ts";
import { packageVersion } from "../../../runtime/entry.ts";
import { retortPaths, type RetortPaths } from "../../../runtime/paths.ts";
import { type FakeRuntime, startFakeRuntime } from "../../unit/runtime/fake-runtime.ts";
import { inWorkbench } from "./workbench-hooks.ts";
import { until, WorkbenchPage } from "./workbench-page.ts";

const THOUGHT = "one two three four five six seven eight nine ten ".repeat(40);

describe("the states of the status bar, with a runtime whose engine is scripted", function () {
  this.timeout(120_000);
  let fake: FakeRuntime;
  let paths: RetortPaths;
  before(async () => { fake = await startFakeRuntime({ settings: { contextSize: 4096 } }); });
  after(() => fake.runtime.dispose());
  const machineSettings = { "retort.model": "thinker", "retort.completion.model": "chatty" };
  const shared = inWorkbench((workspace) => {
    writeFileSync(join(workspace, "add.py"), "def add(a, b):\n    return a + b\n");
    writeFileSync(join(workspace, "typed.py"), "def double(a):\n    ");
    paths = retortPaths({ RETORT_HOME: shared.workbench.retortHome });
    // No runtime can be found or started where a file takes the place of its folder.
    mkdirSync(dirname(paths.state), { recursive: true });
    writeFileSync(paths.state, "");
  }, { machineSettings });
  const item = (icon: string) => shared.window.statusItem().locator(`.codicon-${icon}`);
  const explain = async (): Promise<void> => {
    const editor = await shared.window.openFile("add.py");
    await editor.locator(".view-lines").first().click();
    await shared.window.page.keyboard.press("Control+A");
    await shared.window.command("Retort: Explain Selection");
  };

  it("error: no runtime can be started, which the view says with one action", async () => {
    await explain();
    await item("error").waitFor();
    const view = shared.window.webview();
    await until("the note", async () => (await view.locator(".note").textContent())?.includes(paths.state) ?? false);
    assert.equal(await view.getByRole("button", { name: "Show Log" }).count(), 1);
    assert.equal(await view.getByRole("button", { name: "Open as Notebook Cell" }).count(), 0);
    await shared.window.screenshot("status-error");
  });

  it("busy while the model thinks; it answers when it is told to, by the runtime's own way", async () => {
    rmSync(paths.state);
    mkdirSync(dirname(recordPath(paths)), { recursive: true });
    await writeRecord(paths, { url: fake.runtime.url, token: fake.runtime.token ?? "", pid: process.pid, version: packageVersion(), startedAt: new Date().toISOString() });
    fake.engine.options = { tokenDelayMs: 100, reply: (prompt) => (prompt.includes("</think>") ? "It adds." : THOUGHT) };
    const view = shared.window.webview();
    await view.getByRole("button", { name: "Ask Again" }).click();
    await item("loading").waitFor();
    await view.getByRole("button", { name: "Answer Now" }).click();
    await until("the answer", async () => (await view.locator(".answer").textContent())?.trim() === "It adds.");
    const [first = "", second = ""] = fake.engine.requests.map(({ tokens }) => fake.engine.vocabulary.decode(tokens));
    assert.ok(first.endsWith("<think>\n"), first.slice(-80));
    assert.ok(second.startsWith(first.slice(0, first.lastIndexOf("assistant:"))), "the same prompt goes on");
    assert.match(second, /assistant: <think>\none two.*\n<\/think>\n\n$/s);
    await until("the first request's end", () => fake.engine.idle);
  });

  it("fault 71: a second window uses the same runtime", async () => {
    const second = await WorkbenchPage.open(shared.browser, shared.workbench);
    const loads = fake.engine.loads.length;
    fake.engine.options = { reply: "hm </think> It adds, too." };
    const editor = await second.openFile("add.py");
    await editor.locator(".view-lines").first().click();
    await second.command("Retort: Explain File");
    await until("an answer", async () => (await second.webview().locator(".answer").textContent().catch(() => ""))?.includes("It adds, too.") ?? false);
    assert.equal(fake.engine.loads.length, loads);
    await second.page.close();
    assert.match(await shared.window.webview().locator(".answer").textContent() ?? "", /It adds\./);
  });

  it("ready, with model and precision", async () => {
    await shared.window.statusBar("thinker INT8").waitFor();
    await item("beaker").waitFor();
  });

  it("degraded to the CPU, with the reason at hand", async () => {
    fake.engine.setFallback({ from: "cuda", to: "cpu", reason: "The graphics card is gone." });
    fake.engine.options = { reply: "hm </think> It adds." };
    await explain();
    await shared.window.statusBar("thinker INT8 (CPU)").waitFor();
    await item("warning").waitFor();
    await shared.window.statusBar("thinker INT8 (CPU)").hover();
    await shared.window.page.getByText("The graphics card is gone.").waitFor();
    await shared.window.screenshot("status-degraded");
    fake.engine.setFallback(null);
  });

  it("paused: a model without fill-in-the-middle completes no code, and one action is offered", async () => {
    const editor = await shared.window.openFile("typed.py");
    await editor.locator(".view-lines").first().click();
    await shared.window.page.keyboard.press("Control+End");
    await shared.window.type("return");
    await item("debug-pause").waitFor();
    const toast = shared.window.toast("chatty");
    await toast.waitFor();
    assert.deepEqual(await toast.locator("a.monaco-button").allInnerTexts(), ["Get coder"]);
  });
});
