import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

import { packageRoot } from "../../runtime/entry.ts";

const screenshots = join(packageRoot(), ".cache", "screenshots");
/** A loaded machine of two cores takes its time. */
export const PATIENCE_MS = 60_000;

/** The chat page in a fresh browser profile, with everything that it asked for and complained of. */
export class ChatPage {
  readonly page: Page;
  /** Addresses of all requests. */
  readonly requests: string[] = [];
  /** Errors of the console, refused styles and scripts among them, and uncaught ones. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text()); });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Opens `link` and waits for the models. */
  static async open(browser: Browser, link: string, options: BrowserContextOptions = {}): Promise<ChatPage> {
    const context = await browser.newContext({ viewport: { width: 1180, height: 860 }, reducedMotion: "reduce", ...options });
    const chat = new ChatPage(await context.newPage());
    await chat.page.goto(link);
    if (link.includes("#key=")) await chat.page.locator("#model option").first().waitFor({ state: "attached" });
    return chat;
  }

  at(selector: string, options?: { hasText: string | RegExp }): Locator {
    return this.page.locator(selector, options);
  }

  /** Asks and does not wait for the reply. */
  async ask(text: string): Promise<void> {
    await this.at("#question").fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** The latest reply, when it has ended in `state`. */
  async reply(state: "done" | "stopped" | "failed" = "done"): Promise<Locator> {
    await this.at(`.reply[data-state="${state}"]:last-child`).waitFor();
    return this.at(".reply:last-child");
  }

  async answer(text: string): Promise<Locator> {
    await this.ask(text);
    return this.reply();
  }

  /** The value of an expression in the page. */
  evaluate<T>(script: string): Promise<T> {
    return this.page.evaluate<T>(script);
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  /** Nothing was refused by the page's policy, nothing failed, and nobody else was asked for anything. */
  assertQuiet(origin: string): void {
    assert.deepEqual(this.complaints, []);
    assert.deepEqual(this.requests.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith("blob:")), []);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
