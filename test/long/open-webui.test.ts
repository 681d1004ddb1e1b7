import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { parse } from "yaml";

import { packageRoot } from "../../runtime/entry.ts";
import { smollm2 } from "../helpers/models.ts";
import { type ServeProcess, startServe } from "../helpers/serve-process.ts";
import { ensureChromium } from "../setup/chromium.ts";
import { OpenWebUi, QUIET } from "./open-webui-process.ts";

const MODEL = "smollm2-135m";
const KEY = "key-of-the-runtime";
const PATIENCE_MS = 180_000;
const SCREENSHOTS = join(packageRoot(), ".cache", "screenshots");

interface Message { role: "user" | "assistant"; content: string }

describe("Open WebUI in front of retort serve", () => {
  let serve: ServeProcess;
  let page: OpenWebUi;

  before(async function () {
    this.timeout(0);
    await smollm2("int8");
    serve = await startServe(["--api-key", KEY, "--model", MODEL, "--precision", "int8", "--context", "2048", "--slots", "2"]);
    page = await OpenWebUi.start({ url: serve.url, key: KEY });
  });
  after(async () => {
    await page?.dispose();
    await serve?.dispose();
  });

  it("starts as the compose file starts it", () => {
    const compose = parse(readFileSync(join(packageRoot(), "deploy", "docker", "compose.yaml"), "utf8")) as { services: Record<string, { image: string; environment: Record<string, string> }> };
    const service = compose.services["open-webui"] ?? assert.fail();
    for (const [name, value] of Object.entries(QUIET)) assert.equal(service.environment[name], value, name);
    const version = /open-webui==(\S+)/.exec(readFileSync(join(packageRoot(), "test", "long", "requirements", "open-webui.txt"), "utf8"))?.[1];
    assert.ok(version !== undefined && service.image.endsWith(`:v${version}`), `${service.image} against ${version}`);
  });

  it("lists the model", async () => {
    const { data } = await (await page.request("/api/models")).json() as { data: Array<{ id: string }> };
    assert.ok(data.some(({ id }) => id === MODEL), JSON.stringify(data.map(({ id }) => id)));
  });

  it("holds a conversation of two turns, streamed", async () => {
    const messages: Message[] = [];
    for (const question of ["Name a colour.", "And another one?"]) {
      messages.push({ role: "user", content: question });
      const { text, pieces } = await streamed({ model: MODEL, stream: true, temperature: 0, max_tokens: 24, messages });
      assert.ok(text.trim().length > 0 && pieces > 2, `${pieces} pieces: ${text}`);
      messages.push({ role: "assistant", content: text });
    }
    assert.notEqual(messages[1]?.content, "");
  });

  it("shows a conversation in a browser", async () => {
    const browser: Browser = await chromium.launch({ executablePath: ensureChromium(), args: ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"] });
    try {
      const tab = await (await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" })).newPage();
      tab.setDefaultTimeout(PATIENCE_MS);
      await tab.addInitScript(`localStorage.setItem("token", ${JSON.stringify(page.token)})`);
      mkdirSync(SCREENSHOTS, { recursive: true });
      await tab.goto(`${page.url}/?model=${MODEL}`);
      const input = tab.locator("#chat-input");
      try {
        await input.waitFor();
        // What is new in this version, shown once.
        await tab.keyboard.press("Escape");
        for (const [n, question] of ["Name a colour.", "And another one?"].entries()) {
          await input.click();
          await tab.keyboard.type(question);
          await tab.keyboard.press("Enter");
          const reply = tab.locator(".chat-assistant").nth(n);
          await reply.waitFor();
          // Its buttons come when the answer is whole.
          await tab.locator(".copy-response-button").nth(n).waitFor({ state: "attached" });
          assert.ok((await reply.innerText()).trim().length > 0);
        }
      } finally {
        await tab.screenshot({ path: join(SCREENSHOTS, "open-webui.png") });
      }
      assert.equal(await tab.locator("[data-sonner-toast][data-type=error]").count(), 0, "it says that something failed");
      // What was refused stands in a message too: only its own record tells an answer from an error.
      const [{ id } = assert.fail()] = await (await page.request("/api/v1/chats/")).json() as Array<{ id: string }>;
      const { chat } = await (await page.request(`/api/v1/chats/${id}`)).json() as { chat: { history: { messages: Record<string, { role: string; content: string; error?: unknown }> } } };
      const kept = Object.values(chat.history.messages);
      assert.deepEqual(kept.map(({ role, error }) => [role, error ?? null]), [["user", null], ["assistant", null], ["user", null], ["assistant", null]]);
      assert.ok(kept.every(({ content }) => content.trim().length > 0));
    } finally {
      await browser.close();
    }
  });

  /** Text and number of pieces of one answer through its API. */
  async function streamed(body: object): Promise<{ text: string; pieces: number }> {
    const lines = (await (await page.request("/api/chat/completions", body)).text()).split("\n").filter((line) => line.startsWith("data: {"));
    const deltas = lines.map((line) => JSON.parse(line.slice(6)) as { choices?: Array<{ delta?: { content?: string } }> }).map(({ choices }) => choices?.[0]?.delta?.content ?? "").filter((text) => text !== "");
    return { text: deltas.join(""), pieces: deltas.length };
  }
});
