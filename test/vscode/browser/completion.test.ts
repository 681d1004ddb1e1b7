import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { inWorkbench } from "./workbench-hooks.ts";
import { until } from "./workbench-page.ts";

/** The first suggestion starts a runtime and loads a model, beside a browser. */
const FIRST_MS = 90_000;
const PYTHON = "def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return a - b\n\n\ndef multiply(a, b):\n    ";
const TYPESCRIPT = "export function add(a: number, b: number): number {\n  return a + b;\n}\n\nexport function subtract(a: number, b: number): number {\n  ";

describe("ghost text in the workbench", function () {
  this.timeout(FIRST_MS * 2);
  const shared = inWorkbench((workspace) => {
    for (const name of ["tab.py", "along.py", "word.py", "snooze.py"]) writeFileSync(join(workspace, name), PYTHON);
    writeFileSync(join(workspace, "tab.ts"), TYPESCRIPT);
  }, {
    // The demonstration model is too small to be sure of anything.
    settings: { "retort.completion.confidence": 0, "workbench.editor.enablePreview": false },
  });

  /** Opens a file and puts the cursor at its end. */
  async function open(name: string): Promise<Locator> {
    const editor = await shared.window.openFile(name);
    await editor.click();
    await shared.window.page.keyboard.press("Control+End");
    return editor;
  }
  const ghost = (editor: Locator): Promise<string> => until("ghost text", () => shared.window.ghostText(editor), FIRST_MS);
  /** Types the beginning of a line, and asks if the first answer took longer than the editor waits. */
  async function suggested(editor: Locator, typed: string): Promise<string> {
    await shared.window.type(typed);
    return ghost(editor);
  }

  for (const name of ["tab.py", "tab.ts"]) {
    it(`appears while typing in ${name}, and Tab takes it`, async () => {
      const editor = await open(name);
      const suggestion = await suggested(editor, "return");
      await shared.window.screenshot(`ghost-text-${name.replace("tab.", "")}`);
      await shared.window.page.keyboard.press("Tab");
      await until("the text is in the file", async () => (await shared.window.text(editor)).includes(`return${suggestion.split("\n")[0]}`.trimEnd()));
      assert.equal((await shared.window.text(editor)).includes("\t"), false);
    });
  }

  it("stays still while its own words are typed", async () => {
    const editor = await open("along.py");
    const suggestion = await suggested(editor, "return");
    const typed = suggestion.split("\n")[0]?.slice(0, 4) ?? "";
    for (let index = 0; index < typed.length; index++) {
      await shared.window.page.keyboard.type(typed.charAt(index));
      const left = suggestion.slice(index + 1);
      if (left.trim() === "") break;
      await until(`the rest after ${JSON.stringify(typed.slice(0, index + 1))}`, async () => (await shared.window.ghostText(editor)).startsWith(left.split("\n")[0]?.trimEnd() ?? ""), 5_000);
    }
  });

  it("gives one word to the command for a word", async () => {
    const editor = await open("word.py");
    await suggested(editor, "return");
    const before = await shared.window.ghostText(editor);
    await shared.window.page.keyboard.press("Control+ArrowRight");
    await until("the suggestion got shorter", async () => {
      const left = await shared.window.ghostText(editor);
      return left !== "" && left.length < before.length && before.endsWith(left);
    });
  });

  it("is silent while it is snoozed, and says so", async () => {
    const editor = await open("snooze.py");
    await shared.window.command("Retort: Snooze Code Completion");
    await shared.window.page.locator(".quick-input-widget:visible .monaco-list-row").first().waitFor();
    await shared.window.page.keyboard.press("Enter");
    await editor.click();
    await shared.window.page.keyboard.press("Control+End");
    await shared.window.type("return a");
    await shared.window.page.waitForTimeout(3_000);
    assert.equal(await shared.window.ghostText(editor), "");
    await shared.window.page.locator(".statusbar-item[id^='retort.retort'] .codicon-bell-slash").waitFor();
    await shared.window.command("Retort: Why No Suggestion?");
    await until("the reason", async () => /snooze/i.test(await shared.window.page.locator(".notifications-toasts, .notifications-center").first().innerText()));
  });
});
