import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";

import { ScriptedServer } from "../../helpers/scripted-server.ts";
import { inWorkbench } from "./workbench-hooks.ts";
import { until, type WorkbenchPage } from "./workbench-page.ts";

const SLOW_MS = 240_000;
const PYTHON = "def total(numbers):\n    result = 0\n    for number in numbers:\n        result += number\n    return result\n";

describe("an explanation by the model on this machine", function () {
  this.timeout(SLOW_MS);
  const shared = inWorkbench((workspace) => writeFileSync(join(workspace, "total.py"), PYTHON), { settings: { "retort.explain.maxTokens": 160, "workbench.colorTheme": "Visual Studio Dark" } });

  it("streams into a view beside the editor, with what was sent and how fast it was", async () => {
    const { window } = shared;
    await selectAll(window, "total.py");
    await window.command("Retort: Explain Selection");
    const view = window.webview();
    await until("text", () => text(view, ".answer"), SLOW_MS);
    await until("the end", async () => (await text(view, ".timing")).includes("tok/s"), SLOW_MS);
    assert.match(await text(view, "h1"), /Explain selection · total\.py/);
    assert.match(await text(view, ".context"), /^\d+ of 3,000 tokens: selection/);
    await window.screenshot("explain-dark");
  });
});

/** What a model would never write all at once. */
const HOSTILE = [
  "# An answer", "", "It adds. <script>document.title='pwned'</script> <img src=x onerror=\"document.title='pwned'\">", "",
  "![pixel](http://127.0.0.1:PORT/pixel.png) [run](command:workbench.action.closeAllEditors) [js](javascript:alert(1)) [docs](https://docs.example/sum)", "",
  "```python", "def total(numbers):", "    return sum(numbers)", "```", "",
].join("\n");

describe("the view of an explanation", function () {
  this.timeout(SLOW_MS);
  let server: ScriptedServer;
  before(async () => { server = await ScriptedServer.start(); });
  after(() => server.close());
  // The address is known only when the server runs, which is before the workbench starts.
  const machineSettings = Object.defineProperty({}, "retort.runtime.url", { enumerable: true, get: () => server.url });
  const shared = inWorkbench((workspace) => {
    writeFileSync(join(workspace, "total.py"), PYTHON);
    writeFileSync(join(workspace, "other.md"), "Other\n");
  }, { settings: { "workbench.colorTheme": "Visual Studio Light" }, machineSettings });

  it("fault 74: folds the thinking, runs nothing and fetches nothing of the model's", async () => {
    const { window } = shared;
    server.pieces = [["thinking", "The user wants a sum."], ...HOSTILE.replace("PORT", String(server.port)).match(/[\s\S]{1,7}/g)!.map((piece) => ["answer", piece] as const)];
    await selectAll(window, "total.py");
    await window.command("Retort: Explain Selection");
    const view = window.webview();
    await until("the end", async () => (await text(view, "[role=status]")) === "Finished.", 60_000);
    assert.match(await text(view, ".thinking summary"), /^Thought for \d+\.\d s$/);
    assert.equal(await view.locator(".thinking").getAttribute("open"), null);
    assert.equal(await view.locator(".answer script, .answer img").count(), 0);
    assert.deepEqual(await view.locator(".answer a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))), ["https://docs.example/sum"]);
    assert.match(await text(view, ".answer"), /<script>.*\[pixel\] \(http.*docs \(https:\/\/docs\.example\/sum\)/s);
    assert.deepEqual(server.others, []);
    assert.equal(await view.locator(".answer").getAttribute("aria-busy"), "false");
    await window.screenshot("explain-light");
  });

  it("replaces the selection with a code block", async () => {
    const { window } = shared;
    await window.webview().getByRole("button", { name: "Replace Selection" }).click();
    const editor = window.editor("total.py");
    await until("the new code", async () => (await window.text(editor.first())).includes("return sum(numbers)"));
    await editor.locator(".view-lines").first().click();
    await window.page.keyboard.press("Control+S");
    await until("the saved file", () => readFileSync(join(shared.workbench.workspace, "total.py"), "utf8") === "def total(numbers):\n    return sum(numbers)");
  });

  it("fault 72: is the same after it was hidden", async () => {
    const { window } = shared;
    const before = await text(window.webview(), ".answer");
    // A second editor in the view's own group covers it.
    await window.page.getByRole("tab", { name: /Explain selection/ }).click();
    await window.openFile("other.md");
    await until("the view to be hidden", async () => (await window.page.locator("iframe.webview:visible").count()) === 0);
    await window.page.getByRole("tab", { name: /Explain selection/ }).click();
    await until("the answer again", async () => (await text(window.webview(), ".answer")) === before);
  });

  it("stops by its button, and the request ends", async () => {
    const { window } = shared;
    server.pieces = [["answer", "It goes on"]];
    server.endless = true;
    await selectAll(window, "total.py");
    await window.command("Retort: Explain Selection");
    const view = window.webview();
    await until("the first text", async () => (await text(view, ".answer")).includes("It goes on"));
    await view.getByRole("button", { name: "Stop" }).click();
    await until("the note", async () => (await text(view, ".note")).includes("Stopped."));
    await until("the end of the request", () => server.open === 0);
  });

  it("ends the thinking by its button, and the model answers at once", async () => {
    const { window } = shared;
    server.pieces = [["thinking", "Let me look at this from all sides."]];
    server.endless = true;
    server.continued = [["answer", "It adds numbers."]];
    await selectAll(window, "total.py");
    await window.command("Retort: Explain Selection");
    const view = window.webview();
    await until("the thinking", async () => /^Thinking… \d+ s$/.test(await text(view, ".thinking summary")));
    await window.screenshot("explain-thinking");
    await view.getByRole("button", { name: "Answer Now" }).click();
    await until("the answer", async () => (await text(view, ".answer")).includes("It adds numbers."));
    assert.match(await text(view, ".thinking summary"), /^Thought for \d+\.\d s, then had to answer$/);
    assert.equal(await view.getByRole("button", { name: "Answer Now" }).count(), 0);
    assert.deepEqual(server.messages.at(-1), { role: "assistant", content: "<think>\nLet me look at this from all sides.\n</think>\n\n" });
    await until("the end of the first request", () => server.open === 0);
  });

  it("ends a thinking that grows too long by itself", async () => {
    const { window } = shared;
    server.pieces = Array.from({ length: 400 }, (_, index) => ["thinking", `Thought ${index}. `] as const);
    await selectAll(window, "total.py");
    await window.command("Retort: Explain Selection");
    const view = window.webview();
    await until("the answer", async () => (await text(view, ".answer")).includes("It adds numbers."));
    const thoughts = await text(view, ".thoughts");
    assert.ok(thoughts.length > 500 && thoughts.length < 1500, `${thoughts.length} characters of thinking`);
  });

  it("copies the answer and a code block, and inserts one at the cursor", async () => {
    const { window } = shared;
    await window.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    server.pieces = [["answer", "Two words:\n\n```python\nprint(1)\n```\n"]];
    server.endless = false;
    await selectAll(window, "total.py");
    await window.command("Retort: Explain Selection");
    const view = window.webview();
    await until("the end", async () => (await text(view, "[role=status]")) === "Finished.");
    await view.getByRole("button", { name: "Copy", exact: true }).click();
    await until("the code in the clipboard", async () => (await clipboard(window)) === "print(1)\n");
    await view.getByRole("button", { name: "Copy Answer" }).click();
    await until("the answer in the clipboard", async () => (await clipboard(window)).startsWith("Two words:"));
    const editor = window.editor("total.py").first();
    await editor.locator(".view-lines").first().click();
    await window.page.keyboard.press("Control+End");
    await window.page.keyboard.press("Enter");
    await view.getByRole("button", { name: "Insert at Cursor" }).click();
    await until("the code in the editor", async () => (await window.text(editor)).trimEnd().endsWith("print(1)"));
    await editor.locator(".view-lines").first().click();
    await window.page.keyboard.press("Control+S");
  });

  it("fault 76: can be used from the keyboard, and tells a screen reader what is what", async () => {
    const { window } = shared;
    const view = window.webview();
    assert.deepEqual(await view.locator("body").evaluate(roles), ACCESSIBLE);
    await view.getByRole("button", { name: "Copy", exact: true }).focus();
    const names: string[] = [];
    for (let step = 0; step < 5; step++) {
      names.push(await view.locator("body").evaluate(focused));
      await window.page.keyboard.press("Tab");
    }
    assert.deepEqual(names, ["Copy", "Insert at Cursor", "Replace Selection", "Copy Answer", "Ask Again"]);
  });

  it("fault 76: follows the theme, and fits into half the width", async () => {
    const { window } = shared;
    const view = window.webview();
    const background = (): Promise<string> => view.locator("body").evaluate(COLOUR);
    const light = await background();
    await window.command("Preferences: Toggle between Light/Dark Themes");
    await until("the other colours", async () => (await background()) !== light);
    await window.screenshot("explain-dark-scripted");
    await window.page.setViewportSize({ width: 700, height: 450 });
    await until("no text beyond the edge", () => view.locator("body").evaluate(FITS));
    await window.page.setViewportSize({ width: 1400, height: 900 });
    await window.command("Preferences: Toggle between Light/Dark Themes");
  });

  it("fault 71: comes back with its text when the window is reloaded, with nothing to run", async () => {
    const { window } = shared;
    await window.page.waitForTimeout(KEPT_AFTER_MS);
    await window.reload();
    const view = window.webview();
    await until("the answer again", async () => (await text(view, ".answer")).includes("Two words:"));
    assert.match(await text(view, "h1"), /Explain selection · total\.py/);
    for (const name of ["Ask Again", "Open as Notebook Cell", "Insert at Cursor", "Replace Selection", "Stop"]) assert.equal(await view.getByRole("button", { name }).count(), 0, name);
    await view.getByRole("button", { name: "Copy", exact: true }).click();
    await until("the code in the clipboard", async () => (await clipboard(window)) === "print(1)\n");
    await window.screenshot("explain-restored");
  });

  it("uses the view that came back for the next explanation, which opens as a notebook cell", async () => {
    const { window } = shared;
    await selectAll(window, "total.py");
    await window.command("Retort: Explain Selection");
    const view = window.webview();
    await view.getByRole("button", { name: "Open as Notebook Cell" }).click();
    const cell = window.page.locator(".notebook-editor .code-cell-row .monaco-editor").first();
    await until("the cell", async () => /model: scripted/.test(await window.text(cell)));
    assert.equal(await window.page.getByRole("tab", { name: /Explain selection/ }).count(), 1);
    assert.deepEqual(readdirSync(shared.workbench.workspace).sort(), ["other.md", "total.py"]);
  });
});

/** VS Code is told what to keep this long after the last change. */
const KEPT_AFTER_MS = 1500;

/** Roles, names and live regions of the view, from top to bottom. */
const ACCESSIBLE = [
  "main", "heading: Explain selection · total.py", "status: Finished.", "article: Answer (polite, busy false)", "button: Copy", "button: Insert at Cursor", "button: Replace Selection",
  "toolbar: Actions", "button: Copy Answer", "button: Ask Again", "button: Open as Notebook Cell",
];

/** Made from text, because the test runner puts helpers of its own into compiled functions. */
const roles = new Function("body", `
  const implicit = { MAIN: "main", H1: "heading", ARTICLE: "article", BUTTON: "button" };
  const shown = [...body.querySelectorAll("*")].filter((one) => one.checkVisibility() && (one.getAttribute("role") ?? implicit[one.tagName]));
  return shown.map((one) => {
    const role = one.getAttribute("role") ?? implicit[one.tagName];
    const name = one.getAttribute("aria-label") ?? (role === "main" ? "" : one.textContent);
    const live = one.getAttribute("aria-live");
    return role + (name ? ": " + name : "") + (live ? " (" + live + ", busy " + one.getAttribute("aria-busy") + ")" : "");
  });
`) as (body: unknown) => string[];
const COLOUR = new Function("body", "const style = body.ownerDocument.defaultView.getComputedStyle(body); return style.color + style.backgroundColor") as (body: unknown) => string;
const FITS = new Function("body", "return body.ownerDocument.documentElement.scrollWidth <= body.ownerDocument.documentElement.clientWidth") as (body: unknown) => boolean;
const focused = new Function("body", "return body.ownerDocument.activeElement.textContent") as (body: unknown) => string;

function clipboard(window: WorkbenchPage): Promise<string> {
  return window.page.evaluate("navigator.clipboard.readText()");
}

async function selectAll(window: WorkbenchPage, file: string): Promise<void> {
  const editor = await window.openFile(file);
  await editor.locator(".view-lines").first().click();
  await window.page.keyboard.press("Control+A");
}

async function text(view: FrameLocator, selector: string): Promise<string> {
  return (await view.locator(selector).first().textContent({ timeout: 2000 }).catch(() => "")) ?? "";
}
