import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { packageRoot } from "../../../runtime/entry.ts";
import type { Workbench } from "../workbench/server.ts";

const SCREENSHOTS = join(packageRoot(), ".cache", "screenshots");
const READY_LIMIT_MS = 60_000;
const POLL_MS = 200;
const FRAME_LIMIT_MS = 5_000;
/** As fast as a good typist. */
const KEY_DELAY_MS = 40;

/** Runs in the page. Made from text, because the test runner puts helpers of its own into compiled functions. */
const DEEP_TEXT = new Function("body", `
  const shadows = (element) => [...element.querySelectorAll("*")].filter((one) => one.shadowRoot).flatMap((one) => [one.shadowRoot, ...shadows(one.shadowRoot)]);
  const roots = shadows(body).map((root) => [...root.children].filter((child) => child.localName !== "style").map((child) => child.innerText).join("\\n"));
  return [body.innerText, ...roots].join("\\n");
`) as (body: unknown) => string;

export interface OpenOptions {
  /** Default: the workspace. */
  folder?: string;
  /** Display language, such as `zh-cn`. VS Code's own words stay English: they would need a language pack from its marketplace. */
  language?: string;
}

/** What a language pack sets before the workbench starts. */
function displayLanguage(language: string): string {
  return `Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => ${JSON.stringify(language)}, set: () => undefined });`;
}

/** A window of the workbench, in the words of somebody who uses it. */
export class WorkbenchPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the workbench and waits until the extension's commands are there: what is opened earlier opens as plain text. */
  static async open(browser: Browser, workbench: Workbench, { folder, language }: OpenOptions = {}): Promise<WorkbenchPage> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, reducedMotion: "reduce" });
    if (language !== undefined) await page.addInitScript(displayLanguage(language));
    const opened = new WorkbenchPage(page);
    await page.goto(workbench.url(folder).href);
    await opened.#ready();
    return opened;
  }

  /** As the user does it: editors and views come back as VS Code has kept them. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  async #ready(): Promise<void> {
    await this.page.locator(".monaco-workbench").waitFor({ timeout: READY_LIMIT_MS });
    try {
      await this.waitForCommand("Retort:");
      // Commands come with the manifest; this comes with the extension's own start, before which nothing answers a key.
      await this.statusItem().waitFor({ timeout: READY_LIMIT_MS });
    } catch (error) {
      await this.screenshot("failed-start");
      throw error;
    }
  }

  /** Waits until the palette lists a command that begins with `title`. Its list is made when it opens, so it is opened anew. */
  async waitForCommand(title: string): Promise<void> {
    await until(`the command ${title}`, async () => {
      const found = await this.#findCommand(title);
      await this.page.keyboard.press("Escape");
      return found;
    }, READY_LIMIT_MS);
  }

  /** Runs a command by its full title, such as `Retort: Snooze`. */
  async command(title: string): Promise<void> {
    await until(`the command ${title}`, () => this.#findCommand(title));
    await this.page.keyboard.press("Enter");
  }

  async #findCommand(title: string): Promise<boolean> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget:visible input").first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await sleep(POLL_MS);
    const first = await this.page.locator(".quick-input-widget .monaco-list-row").first().innerText().catch(() => "");
    return first.replaceAll("\u00a0", " ").startsWith(title);
  }

  /** The entries of the open list (quick pick). */
  async choices(): Promise<string[]> {
    await this.page.locator(".quick-input-widget:visible .monaco-list-row").first().waitFor();
    return (await this.page.locator(".quick-input-widget:visible .monaco-list-row").allInnerTexts()).map(plain);
  }

  /** Takes the entry of the open list that holds `text`. */
  async choose(text: string): Promise<void> {
    await this.page.locator(".quick-input-widget:visible .monaco-list-row", { hasText: text }).first().click();
  }

  /** Opens a file of the workspace's top folder. */
  async openFile(name: string): Promise<Locator> {
    await this.page.getByRole("treeitem", { name, exact: false }).first().dblclick();
    const editor = name.endsWith(".ipynb") ? this.page.locator(".notebook-editor") : this.editor(name);
    await editor.first().waitFor();
    return editor.first();
  }

  editor(name: string): Locator {
    return this.page.locator(`.monaco-editor[data-uri$="${name}"]`);
  }

  /** Types into the focused editor. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: KEY_DELAY_MS });
  }

  /** The ghost text in `editor`, "" where there is none. */
  async ghostText(editor: Locator): Promise<string> {
    return plain((await editor.locator(".ghost-text-decoration, .ghost-text, .ghost-text-decoration-preview").allInnerTexts()).join(""));
  }

  /** Runs the cells of the notebook in front. */
  async runAll(): Promise<void> {
    await this.page.locator(".notebook-toolbar-container").getByText("Run All", { exact: true }).first().click();
  }

  /** The text of `editor` as it is drawn, ghost text included. */
  async text(editor: Locator): Promise<string> {
    return plain(await editor.locator(".view-lines").first().innerText());
  }

  /** What is inside the frame of a notebook's outputs. */
  outputs(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  /** What the visible outputs of a notebook say, "" while there are none. Markdown is drawn in shadow trees, which text queries pass over. */
  async outputText(): Promise<string> {
    const frames = await this.page.locator("iframe.webview.ready").count();
    // A frame may be replaced while it is read.
    return frames === 0 ? "" : plain(await this.outputs().locator("body").evaluate(DEEP_TEXT, undefined, { timeout: FRAME_LIMIT_MS }).catch(() => ""));
  }

  /** A webview that is an editor of its own, or beside one. */
  webview(): FrameLocator {
    return this.outputs();
  }

  /** Our item in the status bar, whatever it says. */
  statusItem(): Locator {
    return this.page.locator(".statusbar-item[id^='retort.retort']").first();
  }

  statusBar(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item", { hasText: text });
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator(".notifications-toasts .notification-toast", { hasText: text });
  }

  /** Draws the window into `.cache/screenshots/<name>.png`. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }
}

/** Editors draw spaces as spaces that do not break. */
function plain(text: string): string {
  return text.replaceAll("\u00a0", " ").replaceAll("\u200b", "");
}

/** Waits until `probe` gives something other than undefined, null, false or "". Fails after `withinMs`, telling what was waited for. */
export async function until<T>(what: string, probe: () => T | Promise<T>, withinMs = 30_000): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false && found !== "") return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs / 1000} s: ${what}`);
    await sleep(POLL_MS);
  }
}
