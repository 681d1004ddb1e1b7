import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { stageExtension } from "../../../extension/package/stage.ts";
import { packageRoot } from "../../../runtime/entry.ts";
import { ensureChromium } from "../../setup/chromium.ts";
import { BROWSER_ARGS } from "../workbench/browser.ts";
import type { Lane } from "../workbench/lanes.ts";
import { isRunning } from "../workbench/processes.ts";
import { startWorkbench, type Workbench } from "../workbench/server.ts";
import { buildSuite } from "./build-suite.ts";
import { FileFollower } from "./file-follower.ts";

/** The example notebooks alone take minutes, and more on busy cores. */
const RUN_LIMIT_MS = 25 * 60_000;
/** Another extension with kernels, beside ours; it sleeps until a test asks for it. */
export const STAND_IN = join(packageRoot(), "test", "vscode", "stand-in");

/** Runs the suite inside the extension host of `lane`'s workbench; true when every test passed. Its output goes to the console. */
export async function runInHost(lane: Lane, env: NodeJS.ProcessEnv): Promise<boolean> {
  const cache = join(packageRoot(), ".cache");
  // Folders of this run alone: others may build at the same time.
  const extension = join(cache, "vscode-dev", `${lane.name}-${process.pid}`);
  const suite = join(cache, "vscode-suite", `${lane.name}-${process.pid}`);
  const started = Date.now();
  await removeLeftOvers(cache);
  await Promise.all([stageExtension(extension, { release: false }), buildSuite(suite)]);
  const output = join(suite, "output.txt");
  const workbench = await startWorkbench({ lane, env: { ...env, RETORT_SUITE_OUTPUT: output }, extensions: [STAND_IN], testDriver: true });
  const follower = new FileFollower(output, (text) => process.stdout.write(text));
  console.log(`VS Code ${lane.vscode} is up after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  try {
    const passed = await drive(workbench, extension, join(suite, "index.cjs"));
    if (!passed) console.log(`Logs: ${workbench.keepLogs(`host-${lane.name}`)}`);
    return passed;
  } finally {
    follower.dispose();
    await workbench.dispose();
    for (const folder of [extension, suite]) await rm(folder, { recursive: true, force: true });
  }
}

/** Folders of runs that were killed. Their names end in the process's number. */
async function removeLeftOvers(cache: string): Promise<void> {
  for (const folder of ["vscode-dev", "vscode-suite"].map((name) => join(cache, name)).filter((path) => existsSync(path))) {
    for (const name of await readdir(folder)) if (!isRunning(Number(name.split("-").at(-1)))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function drive(workbench: Workbench, extension: string, suite: string): Promise<boolean> {
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: BROWSER_ARGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const remote = (path: string): string => `vscode-remote://${workbench.authority}${path}`;
    const exit = new Promise<number>((resolve) => void page.exposeFunction("codeAutomationExit", (code: number) => resolve(code)));
    // The tests write into a file of their own; here they would stand between the workbench's words, in no certain order.
    await page.exposeFunction("codeAutomationLog", () => undefined);
    const url = workbench.url();
    url.searchParams.set("payload", JSON.stringify([["extensionDevelopmentPath", remote(extension)], ["extensionTestsPath", remote(suite)]]));
    await page.goto(url.href);
    const code = await Promise.race([exit, sleep(RUN_LIMIT_MS, -1, { ref: false })]);
    if (code === -1) console.log(`The suite did not end within ${RUN_LIMIT_MS / 60_000} minutes.\n${workbench.output()}`);
    return code === 0;
  } finally {
    await browser.close();
  }
}
