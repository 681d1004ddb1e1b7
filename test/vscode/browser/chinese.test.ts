import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ScriptedServer } from "../../helpers/scripted-server.ts";
import { inWorkbench } from "./workbench-hooks.ts";
import { until } from "./workbench-page.ts";

describe("a window in Chinese, in high contrast", function () {
  this.timeout(120_000);
  let server: ScriptedServer;
  before(async () => { server = await ScriptedServer.start(); });
  after(() => server.close());
  // The address is known only when the server runs, which is before the workbench starts.
  const machineSettings = Object.defineProperty({}, "retort.runtime.url", { enumerable: true, get: () => server.url });
  const settings = { "workbench.colorTheme": "Default High Contrast" };
  const shared = inWorkbench((workspace) => writeFileSync(join(workspace, "add.py"), "def add(a, b):\n    return a + b\n"), { machineSettings, settings, language: "zh-cn" });

  it("has commands, the view, its labels and the status bar in Chinese", async () => {
    const { window } = shared;
    server.pieces = [["thinking", "让我想想。"], ["answer", "它把两个数相加：\n\n```python\na + b\n```\n"]];
    const editor = await window.openFile("add.py");
    await editor.locator(".view-lines").first().click();
    await window.page.keyboard.press("Control+A");
    await window.command("Retort: 解释所选代码");
    const view = window.webview();
    await until("the end", async () => (await view.locator("[role=status]").textContent().catch(() => "")) === "已完成。");
    assert.equal(await view.locator("html").getAttribute("lang"), "zh-cn");
    assert.match(await view.locator(".thinking summary").innerText(), /^思考了 \d+\.\d 秒$/);
    assert.match(await view.locator("h1").innerText(), /^解释选中内容 · add\.py$/);
    for (const name of ["复制回答", "再问一次", "插入到光标处"]) await view.getByRole("button", { name }).waitFor();
    assert.match(server.messages.map(({ content }) => content).join("\n"), /Answer in Simplified Chinese\./);
    await window.statusBar("scripted").hover();
    await window.screenshot("explain-chinese-high-contrast");
  });

  it("has settings and the walkthrough in Chinese", async () => {
    const { window } = shared;
    await window.command("View: Close All Editors");
    await window.command("Welcome: Open Walkthrough");
    await window.choose("开始使用 Retort");
    await window.page.getByText("获取模型").first().waitFor();
    await window.webview().getByText("本机上的模型").waitFor();
    await window.screenshot("walkthrough-chinese");
  });
});
