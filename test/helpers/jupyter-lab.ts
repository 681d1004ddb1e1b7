import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { entryPath } from "../../runtime/entry.ts";
import { freePort } from "./free-port.ts";
import { testHome } from "./models.ts";
import { pythonPath } from "./python.ts";

/** A JupyterLab server with Retort's kernel registered, in a home of its own. */
export interface JupyterLab {
  /** Folder that the file browser shows. */
  folder: string;
  /** Address of a notebook in it, with the token. */
  notebookUrl(name: string): string;
  /** Address of an empty window of its own, with the token. */
  workspaceUrl(name: string): string;
  dispose(): Promise<void>;
}

const START_LIMIT_MS = 90_000;

/** Starts JupyterLab on a free loopback port and waits until it answers. */
export async function startJupyterLab(): Promise<JupyterLab> {
  const home = mkdtempSync(join(tmpdir(), "retort-lab-"));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    RETORT_HOME: join(home, "retort"),
    RETORT_MODELS: join(testHome(), "models"),
    // Leaves a core to the browser.
    RETORT_THREADS: "1",
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
  };
  execFileSync(process.execPath, [entryPath("retort"), "install", "--user"], { env, stdio: "ignore" });
  const port = await freePort();
  const child = spawn(pythonPath(), [
    "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, "--IdentityProvider.token=lab",
    `--ServerApp.root_dir=${home}`, "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
  ], { env, stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await answering(`http://127.0.0.1:${port}/api/status?token=lab`, () => child.exitCode === null);
  return {
    folder: home,
    notebookUrl: (name) => `http://127.0.0.1:${port}/lab/tree/${name}?token=lab&reset`,
    workspaceUrl: (name) => `http://127.0.0.1:${port}/lab/workspaces/${name}?token=lab&reset`,
    async dispose() {
      child.kill("SIGTERM");
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function answering(url: string, alive: () => boolean): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const answered = await fetch(url).then((response) => response.ok, () => false);
    if (answered) return;
    if (!alive() || Date.now() > deadline) throw new Error("JupyterLab did not start.");
    await delay(200);
  }
}
