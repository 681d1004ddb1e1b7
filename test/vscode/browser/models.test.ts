import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { HubServer, stallAfter } from "../../helpers/hub-server.ts";
import { encodeTiny, tinyGguf } from "../../helpers/tiny-gguf.ts";
import { inWorkbench } from "./workbench-hooks.ts";
import { until } from "./workbench-page.ts";

const SLOW_MS = 120_000;
const MODEL = "DeepSeek-R1-Distill-Qwen-1.5B";
const STOPPED_AT = 20_000;

describe("models in a window, with a hub of its own", function () {
  this.timeout(SLOW_MS);
  const models = mkdtempSync(join(tmpdir(), "retort-models-"));
  const env: NodeJS.ProcessEnv = { RETORT_MODELS: models, RETORT_THREADS: "1" };
  let hub: HubServer;
  before(async () => {
    hub = await new HubServer(encodeTiny(tinyGguf())).listen();
    env.HF_ENDPOINT = hub.url;
  });
  after(async () => {
    await hub.dispose();
    rmSync(models, { recursive: true, force: true });
  });
  const shared = inWorkbench(() => undefined, { env });

  it("nothing runs before something is asked for", async () => {
    await shared.window.statusBar("Retort").waitFor();
    assert.equal(hub.requests.length, 0);
  });

  it("the picker tells what could be had, and whether it fits", async () => {
    const { window } = shared;
    await window.command("Retort: Choose Model");
    const rows = await window.choices();
    assert.ok(rows.some((row) => row.includes(MODEL) && /chat, reasoning · MIT · (fits into memory|memory is tight now|too big)/.test(row)), rows.join("\n"));
    await window.screenshot("model-picker");
  });

  it("a download shows how far it is, stops when cancelled, and goes on where it stopped", async () => {
    const { window } = shared;
    hub.atCdn.push(stallAfter(STOPPED_AT));
    await window.choose(MODEL);
    await window.choose("FP16");
    await window.statusBar(/Retort \d+ %/).waitFor();
    await window.toast("Downloading").getByText("Cancel").click();
    await window.toast("was stopped").getByText("Go On").click();
    await window.statusBar("deepseek-r1-1.5b FP16").waitFor({ timeout: SLOW_MS });
    assert.equal(hub.requests.at(-1)?.headers.range, `bytes=${STOPPED_AT}-`);
  });

  it("a click in the status bar toggles the precision and tells what it changed", async () => {
    const { window } = shared;
    await window.statusBar("deepseek-r1-1.5b FP16").click();
    await window.toast(/FP16 → INT8: memory .* tok\/s → .* tok\/s/).waitFor({ timeout: SLOW_MS });
    await window.statusBar("deepseek-r1-1.5b INT8").waitFor();
    await window.screenshot("precision-toggled");
  });

  it("fault 76: shows memory over time, for a screen reader, too", async () => {
    const { window } = shared;
    await window.command("Retort: Show Memory");
    await until("the chart", async () => (await window.webview().locator("svg").getAttribute("aria-label").catch(() => null))?.startsWith("RAM "));
    assert.match(await window.webview().locator("table").innerText(), /deepseek-r1-1\.5b/);
    // What a screen reader finds.
    await window.webview().getByRole("heading", { name: "Memory" }).waitFor();
    await window.webview().getByRole("img", { name: /^RAM \d.* now, \d.* at most/ }).waitFor();
    assert.ok(await window.webview().getByRole("columnheader").count() >= 7);
    await window.screenshot("memory");
  });

  it("the walkthrough has three steps, each with one button", async () => {
    const { window } = shared;
    await window.command("Welcome: Open Walkthrough");
    await window.choose("Start with Retort");
    await window.page.getByText("Get a model").first().waitFor();
    for (const title of ["See a first suggestion", "Run a first cell"]) assert.ok(await window.page.getByText(title).count() > 0, title);
    await window.page.getByRole("button", { name: "Get a first model" }).first().waitFor();
    await window.screenshot("walkthrough");
  });
});
