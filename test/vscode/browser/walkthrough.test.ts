import assert from "node:assert/strict";

import { inWorkbench } from "./workbench-hooks.ts";
import { until } from "./workbench-page.ts";

describe("the walkthrough, from nothing to a first answer in three actions", function () {
  this.timeout(180_000);
  const shared = inWorkbench(() => undefined);
  const button = (name: string) => shared.window.page.locator(".getting-started-step .monaco-button, .button-container .monaco-button", { hasText: name }).first();
  const ticked = () => shared.window.page.locator(".codicon-getting-started-step-checked:visible").count();
  const openAt = async (step: string): Promise<void> => {
    await shared.window.command("Welcome: Open Walkthrough");
    await shared.window.choose("Start with Retort");
    await shared.window.page.getByText(step).first().click();
  };

  it("1: a model", async () => {
    const { window } = shared;
    await openAt("Get a model");
    assert.equal(await ticked(), 0);
    await button("Get a first model").click();
    await window.choose("Small and quick to get");
    await window.toast("SmolLM2-135M-Instruct is ready.").waitFor({ timeout: 120_000 });
    await until("the step to be ticked off", async () => (await ticked()) === 1);
    await window.screenshot("walkthrough-ticked");
  });

  it("2: a suggestion, taken with Tab", async () => {
    const { window } = shared;
    await openAt("See a first suggestion");
    await button("Try a first suggestion").click();
    const editor = window.page.locator(".monaco-editor[data-uri^='untitled:']").first();
    const suggestion = await until("ghost text", () => window.ghostText(editor), 60_000);
    await window.page.keyboard.press("Tab");
    await until("the text in the file", async () => (await window.text(editor)).includes(`return ${suggestion.split("\n")[0]?.trim() ?? ""}`));
  });

  it("3: an answer in a notebook", async () => {
    const { window } = shared;
    await openAt("Run a first cell");
    await button("Run a first cell").click();
    await until("an answer with its speed", async () => /tok\/s/.test(await window.outputText()), 120_000);
    // The first Markdown of a window is drawn once VS Code has loaded its renderer.
    await window.statusBar("Activating Extensions").waitFor({ state: "hidden" });
    await window.screenshot("walkthrough-first-cell");
  });
});
