import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";

import { inWorkbench } from "./workbench-hooks.ts";
import { until, type WorkbenchPage } from "./workbench-page.ts";

const SLOW_MS = 240_000;
const PYTHON = "def total(numbers):\n    result = 0\n    for number in numbers:\n        result += number\n    return result\n";

describe("an explanation by the model on this machine", function () {
  this.timeout(SLOW_MS);
  const shared = inWorkbench((workspace) => writeFileSync(join(workspace, "total.py"), PYTHON), { settings: { "retort.explain.maxTokens": 160, "workbench.colorTheme": "Default Dark Modern" } });

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
  }, { settings: { "workbench.colorTheme": "Default Light Modern" }, machineSettings });

  it("folds the thinking, runs nothing and fetches nothing of the model's", async () => {
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

  it("is the same after it was hidden", async () => {
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
});

async function selectAll(window: WorkbenchPage, file: string): Promise<void> {
  const editor = await window.openFile(file);
  await editor.locator(".view-lines").first().click();
  await window.page.keyboard.press("Control+A");
}

async function text(view: FrameLocator, selector: string): Promise<string> {
  return (await view.locator(selector).first().textContent({ timeout: 2000 }).catch(() => "")) ?? "";
}

/** An OpenAI-style server that answers with given pieces. */
class ScriptedServer {
  pieces: ReadonlyArray<readonly ["thinking" | "answer", string]> = [];
  /** The reply never ends by itself. */
  endless = false;
  /** Chat requests that are being answered. */
  open = 0;
  /** Paths that a client of a model has no reason to ask for. */
  readonly others: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(): Promise<ScriptedServer> {
    const made = new ScriptedServer();
    made.#server.listen(0, "127.0.0.1");
    await once(made.#server, "listening");
    return made;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === "/v1/models") {
      response.setHeader("content-type", "application/json").end(JSON.stringify({ object: "list", data: [{ id: "scripted", object: "model", created: 0, owned_by: "test" }] }));
      return;
    }
    if (request.url !== "/v1/chat/completions") {
      this.others.push(request.url ?? "");
      response.writeHead(404).end();
      return;
    }
    this.open++;
    response.on("close", () => this.open--);
    response.setHeader("content-type", "text/event-stream");
    const send = (delta: object, finish: string | null): void => void response.write(`data: ${JSON.stringify({ id: "1", model: "scripted", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    for (const [kind, piece] of this.pieces) send(kind === "answer" ? { content: piece } : { reasoning_content: piece }, null);
    if (this.endless) return;
    send({}, "stop");
    response.end("data: [DONE]\n\n");
  }
}
