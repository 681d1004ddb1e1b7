import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "../workbench/processes.ts";
import { writeNotebook } from "./notebook-files.ts";
import { inWorkbench } from "./workbench-hooks.ts";

describe("a workspace that is not trusted", function () {
  this.timeout(120_000);
  const shared = inWorkbench((workspace) => {
    writeNotebook(workspace, "cells.ipynb", ["%%js\n1 + 1", "---\ntemprature: 1\n---\nHi"]);
    mkdirSync(join(workspace, ".vscode"));
    // None of this may count.
    writeFileSync(join(workspace, ".vscode", "settings.json"), JSON.stringify({ "retort.runtime.url": "http://127.0.0.1:9", "retort.runtime.modelsFolder": workspace, "retort.model": "other" }));
  }, { trusted: false });

  it("fault 70: runs no cell, and says how to allow it", async () => {
    const { window, workbench } = shared;
    await window.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).first().waitFor();
    await window.openFile("cells.ipynb");
    const row = window.page.locator(".notebook-editor .code-cell-row").first();
    await row.hover();
    const button = row.locator(".run-button-container .codicon-notebook-execute");
    await button.waitFor();
    await button.click();
    await window.page.locator(".notifications-toasts, .monaco-dialog-box", { hasText: /trust/i }).first().waitFor();
    await window.screenshot("untrusted");
    assert.deepEqual(processesOf(workbench.retortHome).filter(({ command }) => /\b(kernel|runtime|engine)\.js\b/.test(command)), []);
    // The question is VS Code's own.
    await window.page.locator(".monaco-dialog-box .monaco-button", { hasText: "Cancel" }).click();
  });

  it("offers one way on, by which trust can be given; a restart of the kernel is refused likewise", async () => {
    const { window, workbench } = shared;
    await window.command("Notifications: Clear All Notifications");
    await window.command("Retort: Restart Kernel");
    const toast = window.toast(/Cells run only in a workspace that you trust/).first();
    await toast.waitFor();
    await toast.hover();
    assert.deepEqual(await toast.locator(".notification-list-item-buttons-container .monaco-button").allInnerTexts(), ["Manage Workspace Trust"]);
    assert.deepEqual(processesOf(workbench.retortHome).filter(({ command }) => /\bkernel\.js\b/.test(command)), []);
    await toast.locator(".monaco-button", { hasText: "Manage Workspace Trust" }).click();
    await window.page.locator(".workspace-trust-editor").waitFor();
    await window.page.keyboard.press("Escape");
  });

  it("helps with the language of cells all the same: that starts nothing", async () => {
    const { window, workbench } = shared;
    await window.openFile("cells.ipynb");
    await window.page.locator(".notebook-editor .code-cell-row .squiggly-error").first().waitFor();
    assert.deepEqual(processesOf(workbench.retortHome).filter(({ command }) => /\b(kernel|engine)\.js\b/.test(command)), []);
  });
});
