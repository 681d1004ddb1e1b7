import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions } from "playwright-core";

import { ChatPage, PATIENCE_MS } from "../helpers/chat-page.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";
import { ensureChromium } from "../setup/chromium.ts";
import { type FakeRuntime, startFakeRuntime } from "../unit/runtime/fake-runtime.ts";
import { ACCESSIBILITY_FAULTS, CONTRAST_FAULTS } from "./chat-page-checks.ts";

const THOUGHT = "The derivative gives the slope. The user wants steps, then the value at 3.";
const LESSON = [
  "For $f(x) = x^2 + \\frac{1}{x}$ the slope is", "", "\\[", "f'(x) = 2x", "- \\frac{1}{x^2}", "\\]", "",
  "so at $x = 3$ it is $\\boxed{\\frac{53}{9}}$. In code:", "", "```python", "def slope(x: float) -> float:", "    # the derivative by hand", "    return 2 * x - 1 / x ** 2", "", "print(f\"{slope(3):.3f}\")", "```", "",
  "| x | f'(x) |", "|--:|------:|", "| 1 | 1.000 |", "| 3 | 5.889 |", "",
].join("\n");
const HOSTILE = [
  "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">", "",
  "![pixel](http://127.0.0.1:9/pixel.png) [js](javascript:alert(1)) [docs](https://docs.example/sum) $\\href{javascript:alert(1)}{x}$ $\\color{red}y$", "",
  "<iframe src=\"http://127.0.0.1:9/\"></iframe><style>body{display:none}</style>", "",
].join("\n");

describe("the chat page in a browser", function () {
  this.timeout(3 * PATIENCE_MS);
  let browser: Browser;
  let fake: FakeRuntime;
  let engine: FakeEngine;
  let open: ChatPage[];

  before(async () => {
    engine = new FakeEngine({ reply: "Fine.", tokenDelayMs: 2 });
    fake = await startFakeRuntime({ settings: { contextSize: 4096 } }, engine);
    browser = await chromium.launch({
      executablePath: ensureChromium(),
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    });
  });
  after(async () => {
    await browser.close();
    await fake.runtime.dispose();
  });
  beforeEach(() => { open = []; });
  afterEach(async function () {
    for (const [i, chat] of open.entries()) {
      if (this.currentTest?.isFailed() === true) await chat.screenshot(`failed-chat-${i}`);
      await chat.close();
    }
  });

  const link = (): string => `${fake.runtime.url}/#key=${fake.runtime.token}`;
  async function visit(options: BrowserContextOptions = {}, address = link()): Promise<ChatPage> {
    const chat = await ChatPage.open(browser, address, options);
    open.push(chat);
    // Which one it begins with depends on what other tests have loaded.
    if (address === link()) await chat.at("#model").selectOption("chatty");
    return chat;
  }

  it("takes the key from its link, folds the thinking, draws formulas and code, and measures", async () => {
    const chat = await visit();
    assert.equal(await chat.evaluate("location.href"), `${fake.runtime.url}/`);
    await chat.at("#model").selectOption("thinker");
    engine.script(`${THOUGHT} </think>${LESSON}`);
    const reply = await chat.answer("What is the slope of x² + 1/x at 3?");
    assert.match(await reply.locator("summary").innerText(), /^Thought for \d+\.\d+ s$/);
    assert.equal(await reply.locator("details").getAttribute("open"), null);
    await reply.locator("summary").click();
    assert.equal(await reply.locator(".thoughts").innerText(), THOUGHT);
    await reply.locator("summary").click();
    assert.equal(await reply.locator("math").count(), 4);
    assert.ok(await chat.evaluate<number>("document.querySelector('math[display=block]').getBoundingClientRect().height") > 20, "the formula has a height");
    assert.equal(await chat.evaluate("getComputedStyle(document.querySelectorAll('math')[3].querySelector('[style*=border]')).borderTopStyle"), "solid");
    assert.equal(await reply.locator("pre .tok-keyword").first().innerText(), "def");
    assert.match(await reply.locator(".measures").innerText(), /^\d+ tokens \(\d+ thinking\) · first after \d+\.\d\d s · [\d.]+ tok\/s · prompt \d+ · memory 300 MB · thinker (?:FP16|INT8)$/);
    assert.equal(await chat.page.title(), "What is the slope of x² + 1/x at 3?");
    await chat.screenshot("chat-light");
    chat.assertQuiet(fake.runtime.url);
  });

  it("fault 74: runs nothing and fetches nothing of the model's", async () => {
    const chat = await visit();
    engine.script(HOSTILE);
    const reply = await chat.answer("Be hostile.");
    assert.equal(await reply.locator("script, img, iframe, style, svg:not([aria-hidden])").count(), 0);
    assert.deepEqual(await reply.locator("a").evaluateAll((links) => links.map((one) => [one.getAttribute("href"), one.getAttribute("rel")])), [["https://docs.example/sum", "noreferrer"]]);
    assert.notEqual(await chat.page.title(), "pwned");
    assert.match(await reply.locator(".text").innerText(), /<script>.*docs \(https:\/\/docs\.example\/sum\)/s);
    chat.assertQuiet(fake.runtime.url);
  });

  it("counts live, stops by key, keeps the part, and answers once more", async () => {
    const chat = await visit();
    engine.script("and on ".repeat(30));
    engine.stallNext(20);
    await chat.ask("Go on.");
    await chat.at(".measures", { hasText: /^(?:[5-9]|[1-9]\d+) tokens · first after [\d.]+ s/ }).waitFor();
    assert.ok(await chat.at("#send").isHidden());
    await chat.at("#question").press("Escape");
    const stopped = await chat.reply("stopped");
    assert.match(await stopped.locator(".text").innerText(), /^and on/);
    assert.equal(await chat.at("#said").innerText(), "Stopped.");
    engine.script("Second try.");
    await stopped.getByRole("button", { name: "Answer once more" }).click();
    const second = await chat.reply();
    assert.equal(await second.locator(".text").innerText(), "Second try.");
    assert.equal(await second.locator(".versions").innerText(), "2/2");
    await second.getByRole("button", { name: "Earlier version of the answer" }).click();
    await chat.at(".reply .text", { hasText: "and on" }).waitFor();
    assert.equal(await chat.at(".reply").count(), 1);
  });

  it("an edited question is asked anew; both stay", async () => {
    const chat = await visit();
    engine.script("One.", "Two.");
    await chat.answer("First");
    await chat.at("#question").press("ArrowUp");
    await chat.page.keyboard.type(" and more");
    await chat.page.keyboard.press("Enter");
    await chat.at(".bubble", { hasText: "First and more" }).waitFor();
    const reply = await chat.reply();
    await reply.getByText("Two.").waitFor();
    await chat.page.getByRole("button", { name: "Earlier version of the question" }).click();
    await chat.at(".reply .text", { hasText: "One." }).waitFor();
    assert.equal(await chat.at(".bubble").innerText(), "First");
  });

  it("changes the precision live and says what that brought", async () => {
    const chat = await visit();
    engine.options = { ...engine.options, loadDelayMs: 30 };
    await chat.at("#model").selectOption("coder");
    engine.script("one two three four", "one two three four");
    await chat.answer("Before");
    const active = await chat.at("#precision [aria-checked=true]").innerText();
    const other = active === "FP16" ? "INT8" : "FP16";
    await chat.at("#precision [aria-checked=true]").focus();
    await chat.page.keyboard.press("ArrowRight");
    await chat.at("#notice", { hasText: `Answers come from ${other} now` }).waitFor();
    assert.match(await chat.at("#notice").innerText(), /Weights take 100 MB instead of 100 MB\..*Loaded in \d/s);
    await chat.at("#precision [aria-checked=true]", { hasText: other }).waitFor();
    const reply = await chat.answer("After");
    assert.match(await reply.locator(".measures").innerText(), new RegExp(`coder ${other}$`));
    assert.match(await chat.at("#memory").getAttribute("title") ?? "", /weights 100 MB, KV cache 10.0 MB/);
  });

  it("settings belong to the conversation and go with each request", async () => {
    const chat = await visit();
    await chat.page.getByRole("button", { name: "Settings of this conversation" }).click();
    await chat.page.getByLabel("System prompt").fill("Answer in French.");
    await chat.page.getByLabel("Temperature").fill("0,5");
    assert.match(await chat.at("#set-temperature-problem").innerText(), /from 0 to 2/);
    await chat.page.getByLabel("Temperature").fill("0.25");
    await chat.page.getByLabel("Seed").fill("42");
    await chat.answer("Bonjour");
    const request = engine.requests.at(-1) ?? assert.fail();
    assert.deepEqual([request.sampling.temperature, request.sampling.seed], [0.25, 42]);
    assert.match(engine.vocabulary.decode(request.tokens), /Answer in French\./);
    await chat.screenshot("chat-settings");
    await chat.page.getByRole("button", { name: "New conversation" }).click();
    assert.equal(await chat.page.getByLabel("Temperature").inputValue(), "");
    await chat.page.getByRole("button", { name: "Bonjour", exact: true }).click();
    assert.equal(await chat.page.getByLabel("Temperature").inputValue(), "0.25");
    const saved = chat.page.waitForEvent("download");
    await chat.page.getByRole("button", { name: "Save the conversation as Markdown" }).click();
    assert.match(readFileSync(await (await saved).path(), "utf8"), /^# Bonjour\n\n> Answer in French\.\n\n## You/);
  });

  it("keeps conversations over a reload; they can be found, renamed, deleted and brought back", async () => {
    const chat = await visit();
    await chat.answer("About apples");
    await chat.page.getByRole("button", { name: "New conversation" }).click();
    await chat.answer("About pears");
    await chat.page.reload();
    await chat.at("#list .open").nth(1).waitFor();
    assert.deepEqual(await chat.at("#list .open").allInnerTexts(), ["About pears", "About apples"]);
    await chat.at("#search").fill("apple");
    await chat.page.getByRole("button", { name: "About pears", exact: true }).waitFor({ state: "detached" });
    await chat.page.getByRole("button", { name: "Rename “About apples”" }).click();
    await chat.page.keyboard.type("Fruit, apples");
    await chat.page.keyboard.press("Enter");
    await chat.page.getByRole("button", { name: "Fruit, apples", exact: true }).click();
    assert.equal(await chat.at(".bubble").innerText(), "About apples");
    await chat.page.getByRole("button", { name: "Delete “Fruit, apples”" }).click();
    await chat.at("#list .none").waitFor();
    await chat.page.getByRole("button", { name: "Undo" }).click();
    await chat.page.getByRole("button", { name: "Fruit, apples", exact: true }).waitFor();
    assert.equal(await chat.at(".bubble").innerText(), "About apples");
  });

  it("asks for the key where it has none, and does not take a wrong one", async () => {
    const chat = await visit({}, fake.runtime.url);
    await chat.at("dialog[open]").waitFor();
    await chat.page.getByLabel("Key", { exact: true }).fill("wrong");
    await chat.page.getByRole("button", { name: "Go on" }).click();
    await chat.page.getByText("The runtime does not know this key.").waitFor();
    await chat.page.getByLabel("Key", { exact: true }).fill(link());
    await chat.page.getByRole("button", { name: "Go on" }).click();
    await chat.at("dialog[open]").waitFor({ state: "detached" });
    await chat.answer("Now?");
    assert.equal(await chat.evaluate("localStorage.getItem('retort-chat-key')"), null, "the key is for this tab only");
  });

  it("says what went wrong and what to do", async () => {
    const chat = await visit();
    engine.dieNext(0);
    await chat.ask("Die.");
    const reply = await chat.reply("failed");
    assert.ok((await reply.locator(".problem").innerText()).length > 10);
    engine.script("Alive again.");
    await reply.getByRole("button", { name: "Try again" }).click();
    await chat.page.getByText("Alive again.").waitFor();
  });

  it("is dark where the system or the person wants it, with contrast enough in both", async () => {
    const chat = await visit({ colorScheme: "dark" });
    await chat.at("#model").selectOption("thinker");
    engine.script(`${THOUGHT} </think>${LESSON}`);
    await chat.answer("What is the slope of x² + 1/x at 3?");
    await chat.screenshot("chat-dark");
    assert.deepEqual(await chat.evaluate(CONTRAST_FAULTS), []);
    await chat.at("#theme").selectOption("light");
    assert.equal(await chat.evaluate("getComputedStyle(document.documentElement).colorScheme"), "light");
    assert.deepEqual(await chat.evaluate(CONTRAST_FAULTS), []);
  });

  it("everything has a name for screen readers and a place in the Tab order", async () => {
    const chat = await visit();
    await chat.screenshot("chat-empty");
    await chat.answer("Hello");
    await chat.page.getByRole("button", { name: "Settings of this conversation" }).click();
    assert.deepEqual(await chat.evaluate(ACCESSIBILITY_FAULTS), []);
    await chat.page.keyboard.press("Escape");
    assert.equal(await chat.evaluate("document.activeElement.id"), "settings");
    await chat.evaluate("document.activeElement.blur()");
    await chat.page.keyboard.press("Tab");
    await chat.page.keyboard.press("Tab");
    await chat.page.keyboard.press("Tab");
    const seen = new Set<string>();
    for (let i = 0; i < 25; i++) {
      seen.add(await chat.evaluate<string>("document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"));
      await chat.page.keyboard.press("Tab");
    }
    for (const id of ["question", "model", "settings", "Copy the answer", "Answer once more"]) assert.ok(seen.has(id), `${id} among ${[...seen].join(", ")}`);
  });

  for (const [colorScheme, width] of [["light", 1280], ["dark", 400]] as const) {
    it(`the page of all routes is readable and accessible, ${colorScheme}, ${width} wide`, async () => {
      const docs = await visit({ colorScheme, viewport: { width, height: 900 } }, `${fake.runtime.url}/docs`);
      assert.deepEqual(await docs.evaluate(ACCESSIBILITY_FAULTS), []);
      assert.deepEqual(await docs.evaluate(CONTRAST_FAULTS), []);
      assert.ok(await docs.evaluate<number>("document.documentElement.scrollWidth") <= width, "no sideways scrolling");
      await docs.at("nav a", { hasText: "POST /v1/chat/completions" }).click();
      assert.match(await docs.evaluate<string>("document.querySelector('section:target h3').textContent"), /^POST \/v1\/chat\/completions$/);
      const levels = await docs.evaluate<number[]>("[...document.querySelectorAll('h1, h2, h3, h4')].map((one) => Number(one.tagName[1]))");
      assert.deepEqual(levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1), [], "no level of heading is left out");
      await docs.screenshot(`docs-${colorScheme}-${width}`);
      docs.assertQuiet(fake.runtime.url);
    });
  }

  it("fits a narrow screen", async () => {
    const chat = await visit({ viewport: { width: 360, height: 740 } });
    await chat.at("#model").selectOption("thinker");
    engine.script(`${THOUGHT} </think>${LESSON}`);
    await chat.answer("What is the slope of x² + 1/x at 3?");
    assert.ok(await chat.evaluate<number>("document.documentElement.scrollWidth") <= 360, "no sideways scrolling");
    assert.ok(await chat.at("#side").isHidden());
    await chat.screenshot("chat-narrow");
    await chat.page.getByRole("button", { name: "Conversations" }).click();
    await chat.page.getByRole("button", { name: "New conversation" }).waitFor();
    await chat.page.keyboard.press("Escape");
    await chat.at("#side").waitFor({ state: "hidden" });
  });
});

describe("the chat page with SmolLM2", function () {
  this.timeout(3 * PATIENCE_MS);
  let browser: Browser;
  let real: RealRuntime;
  before(async () => {
    real = await RealRuntime.start();
    browser = await chromium.launch({ executablePath: ensureChromium(), args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"] });
  });
  after(async () => {
    await browser.close();
    await real.dispose();
  });

  it("holds a conversation, in both precisions", async () => {
    const chat = await ChatPage.open(browser, `${real.url}/#key=${real.token}`);
    await chat.at("#model").selectOption(SMOLLM2);
    await chat.page.getByRole("button", { name: "Settings of this conversation" }).click();
    await chat.page.getByLabel("Temperature").fill("0");
    await chat.page.getByLabel("Most new tokens").fill("24");
    await chat.page.keyboard.press("Escape");
    const first = await chat.answer("What is the capital of France?");
    assert.match(await first.locator(".text").innerText(), /\p{L}{2}/u);
    assert.match(await first.locator(".measures").innerText(), /^\d+ tokens · first after [\d.]+ s · [\d.]+ tok\/s · prompt \d+ · memory \d+ MB · smollm2-135m (?:FP16|INT8)$/);
    await chat.at("#precision [aria-checked=true]").waitFor();
    await chat.at("#precision [aria-checked=false]").click();
    await chat.at("#notice", { hasText: "Answers come from" }).waitFor();
    assert.match(await chat.at("#notice").innerText(), /Weights take [\d.]+ MB instead of [\d.]+ MB \([+−]\d+ %\)/);
    const second = await chat.answer("And of Italy?");
    assert.match(await second.locator(".text").innerText(), /\p{L}{2}/u);
    await chat.at("#notice", { hasText: "Speed of the latest answers" }).waitFor();
    assert.match(await chat.at("#notice").innerText(), /FP16 [\d.]+ tok\/s.*INT8 [\d.]+ tok\/s|INT8 [\d.]+ tok\/s.*FP16 [\d.]+ tok\/s/s);
    await chat.screenshot("chat-smollm2");
    chat.assertQuiet(real.url);
  });
});
