import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { packageRoot } from "../../runtime/entry.ts";
import { ensureChromium } from "../setup/chromium.ts";
import { startJupyterLab, type JupyterLab } from "../helpers/jupyter-lab.ts";
import { pythonPath } from "../helpers/python.ts";

const screenshots = join(packageRoot(), ".cache", "screenshots");
const examples = join(packageRoot(), "notebooks");
const EXAMPLE_LIMIT_MS = 180_000;

/** Runs one of JupyterLab's own commands, as its menus do. */
const command = (page: Page, id: string): Promise<unknown> => page.evaluate(`jupyterapp.commands.execute(${JSON.stringify(id)}).then(() => undefined)`);

describe("JupyterLab in a browser", () => {
  let lab: JupyterLab;
  let browser: Browser;

  before(async function () {
    this.timeout(120_000);
    lab = await startJupyterLab();
    browser = await chromium.launch({
      executablePath: ensureChromium(),
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    });
    mkdirSync(screenshots, { recursive: true });
  });
  after(async () => {
    await browser.close();
    await lab.dispose();
  });

  async function open(name: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, reducedMotion: "reduce" });
    await page.goto(lab.notebookUrl(name));
    await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
    return page;
  }

  /** Makes room for all cells: those out of sight are not drawn. */
  async function picture(page: Page, name: string): Promise<void> {
    await page.setViewportSize({ width: 1200, height: 5200 });
    await page.locator(".jp-OutputArea-output", { hasText: "Runtime" }).waitFor({ timeout: 30_000 });
    await page.screenshot({ path: join(screenshots, name) });
  }

  /** Pictures in outputs that really have pixels. */
  const picturesShown = (page: Page): Promise<number> =>
    page.evaluate<number>("[...document.querySelectorAll('.jp-OutputArea-output img')].filter((image) => image.complete && image.naturalWidth > 50).length");

  it("runs the quickstart notebook, trusted", async () => {
    copyFileSync(join(packageRoot(), "notebooks", "quickstart.ipynb"), join(lab.folder, "quickstart.ipynb"));
    const page = await open("quickstart.ipynb");
    // Cells that are run before the kernel is connected are never sent.
    await page.locator(".jp-StatusBar-TextItem", { hasText: /Retort \| Idle/ }).waitFor({ timeout: 60_000 });
    await command(page, "notebook:run-all-cells");
    await picture(page, "lab-trusted.png");
    const errors = await page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").allInnerTexts();
    assert.deepEqual(errors, []);
    assert.ok(await page.locator(".jp-OutputArea-output table").count() >= 2, "tables are shown");
    assert.ok(await picturesShown(page) >= 1, "a chart is shown");
    await page.close();
  });

  for (const name of ["data-set.ipynb", "json-and-tools.ipynb"]) {
    it(`runs the example notebook ${name}`, async function () {
      this.timeout(EXAMPLE_LIMIT_MS);
      cpSync(examples, lab.folder, { recursive: true });
      const page = await open(name);
      await page.locator(".jp-StatusBar-TextItem", { hasText: /Retort \| Idle/ }).waitFor({ timeout: 60_000 });
      await command(page, "notebook:run-all-cells");
      await page.setViewportSize({ width: 1200, height: 9000 });
      await page.waitForFunction("document.querySelectorAll('.jp-CodeCell').length > 0 && [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every((prompt) => /\\[\\d+\\]/.test(prompt.textContent))", undefined, { timeout: EXAMPLE_LIMIT_MS });
      await page.screenshot({ path: join(screenshots, `lab-${name.replace(".ipynb", "")}.png`) });
      assert.deepEqual(await page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").allInnerTexts(), []);
      await page.close();
    });
  }

  it("shows tables and charts of an untrusted notebook", async () => {
    const file = join(lab.folder, "untrusted.ipynb");
    copyFileSync(join(packageRoot(), "notebooks", "quickstart.ipynb"), file);
    execFileSync(pythonPath(), ["-m", "jupyter", "execute", "--inplace", file], { env: lab.env, stdio: "ignore" });
    const page = await open("untrusted.ipynb");
    await picture(page, "lab-untrusted.png");
    assert.ok(await picturesShown(page) >= 1, "a chart is shown although the notebook is not trusted");
    assert.equal(await page.locator(".jp-OutputArea-output script").count(), 0);
    await page.close();
  });
});
