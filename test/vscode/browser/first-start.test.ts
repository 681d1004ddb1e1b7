import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "../workbench/processes.ts";
import { inWorkbench } from "./workbench-hooks.ts";

describe("the packaged extension in a clean workbench", function () {
  this.timeout(120_000);
  const shared = inWorkbench((workspace) => writeFileSync(join(workspace, "hello.py"), "print('hello')\n"));

  it("starts no process before it is used", async () => {
    const { window, workbench } = shared;
    const editor = await window.openFile("hello.py");
    assert.match(await window.text(editor), /print\('hello'\)/);
    assert.deepEqual(processesOf(workbench.retortHome).filter(({ command }) => /\b(kernel|runtime|engine)\.js\b/.test(command)), []);
  });

  it("is among the running extensions, and tells how long its activation took", async () => {
    const { window } = shared;
    await window.command("Developer: Show Running Extensions");
    const row = window.page.locator(".runtime-extensions-editor .extension", { hasText: "Retort" }).first();
    await row.waitFor();
    const text = await row.innerText();
    const took = /(\d+) ?ms/.exec(text)?.[1];
    // How fast depends on what else this machine does: told, not judged.
    console.log(`      activation: ${took} ms`);
    assert.ok(took !== undefined, text);
    await window.screenshot("running-extensions");
  });
});
