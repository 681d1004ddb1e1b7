import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { packageRoot } from "../../runtime/entry.ts";
import { ensureChromium } from "../setup/chromium.ts";
import { startJupyterLab, type JupyterLab } from "../helpers/jupyter-lab.ts";

const screenshots = join(packageRoot(), ".cache", "screenshots");
const examples = join(packageRoot(), "notebooks");
const QUICKSTART = "quickstart.ipynb";
/** The longest takes a minute on two quiet cores. */
const EXAMPLE_LIMIT_MS = 300_000;

interface SavedCell {
  cell_type: string;
  execution_count: number | null;
  outputs?: Array<{ output_type: string }>;
}

/** The notebook in front, inside the page. */
const FRONT = "jupyterapp.shell.currentWidget";

/** Runs one of JupyterLab's own commands, as its menus do. Resolves when that has ended. */
const command = (page: Page, id: string, args: object = {}): Promise<unknown> =>
  page.evaluate(`jupyterapp.commands.execute(${JSON.stringify(id)}, ${JSON.stringify(args)}).then(() => undefined)`);

/** Waits for the kernel of the notebook in front: cells that are run before it is connected are never sent. */
async function kernelReady(page: Page, name: string): Promise<void> {
  await page.waitForFunction(`(() => {
    const { context, sessionContext } = ${FRONT} ?? {};
    const kernel = sessionContext?.session?.kernel;
    return context?.path === ${JSON.stringify(name)} && kernel?.name === "retort" && kernel.connectionStatus === "connected" && kernel.status === "idle";
  })()`, undefined, { timeout: 90_000 });
}

/** Runs all cells of the notebook in front, up to the first that fails, and saves it. */
async function runAndSave(page: Page, name: string): Promise<void> {
  await kernelReady(page, name);
  await command(page, "notebook:run-all-cells");
  await page.evaluate(`${FRONT}.context.save()`);
}

describe("JupyterLab in a browser", () => {
  let lab: JupyterLab;
  let browser: Browser;

  before(async function () {
    this.timeout(120_000);
    lab = await startJupyterLab();
    // Without what a run by hand has written beside them.
    cpSync(examples, lab.folder, { recursive: true, filter: (path) => basename(path) !== "results" });
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

  const newPage = (): Promise<Page> => browser.newPage({ viewport: { width: 1200, height: 900 }, reducedMotion: "reduce" });

  async function open(name: string): Promise<Page> {
    const page = await newPage();
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

  const savedCells = (name: string): SavedCell[] =>
    (JSON.parse(readFileSync(join(lab.folder, name), "utf8")) as { cells: SavedCell[] }).cells.filter(({ cell_type: type }) => type === "code");

  /** Every cell ran once, in order, and none failed. Looks at the file, because cells out of sight are not drawn. */
  function assertGreen(name: string): void {
    const cells = savedCells(name);
    assert.deepEqual(cells.flatMap(({ outputs = [] }) => outputs).filter(({ output_type: type }) => type === "error"), []);
    assert.deepEqual(cells.map(({ execution_count: count }) => count), cells.map((_, i) => i + 1));
  }

  it("runs the quickstart notebook, trusted", async function () {
    this.timeout(EXAMPLE_LIMIT_MS);
    const page = await open(QUICKSTART);
    await runAndSave(page, QUICKSTART);
    await picture(page, "lab-trusted.png");
    assertGreen(QUICKSTART);
    assert.ok(await page.locator(".jp-OutputArea-output table").count() >= 2, "tables are shown");
    assert.ok(await picturesShown(page) >= 1, "a chart is shown");
    await page.close();
  });

  it("shows tables and charts of an untrusted notebook", async () => {
    // What the test above has saved, changed by somebody else: its signature does not hold any more.
    const notebook = JSON.parse(readFileSync(join(lab.folder, QUICKSTART), "utf8")) as { metadata: object };
    writeFileSync(join(lab.folder, "untrusted.ipynb"), JSON.stringify({ ...notebook, metadata: { ...notebook.metadata, title: "changed" } }));
    const page = await open("untrusted.ipynb");
    await picture(page, "lab-untrusted.png");
    assert.equal(await page.evaluate(`[...${FRONT}.content.model.cells].some((cell) => cell.type === "code" && cell.trusted)`), false, "no cell is trusted");
    assert.ok(await picturesShown(page) >= 1, "a chart is shown although the notebook is not trusted");
    assert.equal(await page.locator(".jp-OutputArea-output script").count(), 0);
    await page.close();
  });

  describe("the example notebooks, one after another in one window", () => {
    let page: Page;
    before(async function () {
      this.timeout(120_000);
      page = await newPage();
      await page.goto(lab.workspaceUrl("examples"));
      await page.waitForFunction("globalThis.jupyterapp?.restored.then(() => true)", undefined, { timeout: 90_000 });
    });
    after(() => page.close());

    for (const name of readdirSync(examples).filter((file) => file.endsWith(".ipynb") && file !== QUICKSTART)) {
      it(`runs ${name}`, async function () {
        this.timeout(EXAMPLE_LIMIT_MS);
        await command(page, "docmanager:open", { path: name, factory: "Notebook" });
        await runAndSave(page, name);
        await page.screenshot({ path: join(screenshots, `lab-${name.replace(".ipynb", "")}.png`) });
        // By its own hand, because "close" may ask a question.
        await page.evaluate(`${FRONT}.sessionContext.shutdown().then(() => ${FRONT}.dispose())`);
        assertGreen(name);
      });
    }
  });
});
