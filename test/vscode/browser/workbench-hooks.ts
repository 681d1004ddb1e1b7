import { chromium, type Browser } from "playwright-core";
import { ensureChromium } from "../../setup/chromium.ts";
import { BROWSER_ARGS } from "../workbench/browser.ts";
import { chosenLane } from "../workbench/lanes.ts";
import { startWorkbench, type Workbench, type WorkbenchOptions } from "../workbench/server.ts";
import { packagedExtension } from "./packaged.ts";
import { WorkbenchPage } from "./workbench-page.ts";

const START_LIMIT_MS = 300_000;

/** What the tests of one `describe` share. Valid from its `before` to its `after`. */
export interface InWorkbench {
  browser: Browser;
  workbench: Workbench;
  /** The first window. */
  window: WorkbenchPage;
}

/**
 * Runs the tests of this `describe` on the packaged extension in a clean workbench. `prepare` puts files into the
 * workspace before the window opens. A test that fails leaves a screenshot and the logs.
 */
export function inWorkbench(prepare: (workspace: string) => void, options: Omit<WorkbenchOptions, "lane" | "vsix"> & { language?: string } = {}): InWorkbench {
  const shared = {} as InWorkbench;
  before(async function () {
    this.timeout(START_LIMIT_MS);
    const { path } = await packagedExtension();
    shared.workbench = await startWorkbench({ ...options, lane: chosenLane(), vsix: path });
    prepare(shared.workbench.workspace);
    shared.browser = await chromium.launch({ executablePath: ensureChromium(), args: BROWSER_ARGS });
    try {
      shared.window = await WorkbenchPage.open(shared.browser, shared.workbench, options.language === undefined ? {} : { language: options.language });
    } catch (error) {
      console.log(`Logs: ${shared.workbench.keepLogs("failed-start")}`);
      throw error;
    }
  });
  afterEach(async function () {
    if (this.currentTest?.state !== "failed") return;
    const name = `failed-${this.currentTest.fullTitle().replaceAll(/\W+/g, "-").toLowerCase()}`;
    await shared.window.screenshot(name);
    console.log(`Logs: ${shared.workbench.keepLogs(name)}`);
  });
  after(async function () {
    this.timeout(60_000);
    // What failed in `before` is not there.
    await (shared.browser as Browser | undefined)?.close();
    await (shared.workbench as Workbench | undefined)?.dispose();
  });
  return shared;
}
