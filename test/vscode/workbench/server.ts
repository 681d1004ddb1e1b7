import { execFile, spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../helpers/free-port.ts";
import { testHome } from "../../helpers/models.ts";
import { installWorkbench, type InstalledWorkbench } from "./install.ts";
import type { Lane } from "./lanes.ts";
import { copyLogs } from "./logs.ts";
import { processesOf, signal, waitForEnd } from "./processes.ts";
import { QUIET_SETTINGS } from "./settings.ts";

export interface WorkbenchOptions {
  lane: Lane;
  /** A packaged extension to install before the start. */
  vsix?: string;
  /** Folders of extensions that are there from the start. */
  extensions?: readonly string[];
  /** Added to the environment of the server, which the extension host inherits. */
  env?: NodeJS.ProcessEnv;
  /** User settings, added to the quiet ones. */
  settings?: Readonly<Record<string, unknown>>;
  /** Settings whose scope is the machine: a server reads them from a file of their own. */
  machineSettings?: Readonly<Record<string, unknown>>;
  /** Uses the models, the runtime and the home of whoever runs this, and leaves them alone at the end. For people, not for tests. */
  personal?: boolean;
  /** Allows the page to start tests in the extension host. The newest lane then shows no toasts. */
  testDriver?: boolean;
  /** False: the workspace opens in Restricted Mode. Default true. */
  trusted?: boolean;
}

/** A workbench server in a home of its own, which goes with everything that was started in it. */
export interface Workbench {
  lane: Lane;
  /** host:port, the authority of its remote files. */
  authority: string;
  /** Folder to put test files into. */
  workspace: string;
  /** `RETORT_HOME` of everything in this workbench. */
  retortHome: string;
  /** Address of the workbench with `folder` open, by default the workspace. */
  url(folder?: string): URL;
  /** What the server has said so far. */
  output(): string;
  /** Copies logs to `.cache/vscode-logs/<name>` and returns that folder. */
  keepLogs(name: string): string;
  /** Ends all of it. Throws when a process has outlived the workbench: that is a fault of the extension. */
  dispose(): Promise<void>;
}

const run = promisify(execFile);
const START_LIMIT_MS = 60_000;
const POLL_MS = 100;
/** A kernel whose parent has gone asks for it every second or so. */
const ORPHAN_PATIENCE_MS = 15_000;
const OUTPUT_TAIL_CHARS = 20_000;
const NO_GALLERY = '{"serviceUrl":""}';

export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const installed = await installWorkbench(options.lane);
  const root = mkdtempSync(join(tmpdir(), "retort-workbench-"));
  const folders = prepare(root, options);
  const retortHome = join(root, "retort");
  const env = options.personal === true ? { ...process.env, EXTENSIONS_GALLERY: NO_GALLERY } : environment(options, root, retortHome);
  if (options.vsix !== undefined) await run(installed.node, [installed.entry, ...folders.flags, "--install-extension", options.vsix], { env });

  const port = await freePort();
  const authority = `127.0.0.1:${port}`;
  const server = new Server(installed, [
    ...folders.flags, "--auth", "none", "--bind-addr", authority, "--disable-telemetry", "--disable-update-check",
    "--disable-getting-started-override", "--disable-proxy",
    ...(options.trusted === false ? [] : ["--disable-workspace-trust"]),
    ...(options.testDriver === true ? options.lane.testDriverFlags : []),
  ], env);
  try {
    await server.answering(`http://${authority}/healthz`);
  } catch (error) {
    await server.end();
    throw error;
  }
  return {
    lane: options.lane,
    authority,
    workspace: folders.workspace,
    retortHome,
    url(folder = folders.workspace) {
      const url = new URL(`http://${authority}/`);
      url.searchParams.set("folder", folder);
      return url;
    },
    output: () => server.output,
    keepLogs: (name) => copyLogs(name, { userData: folders.userData, retortHome, server: server.output }),
    async dispose() {
      await server.end();
      const left = options.personal === true ? [] : await endDetached(retortHome);
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      if (left.length > 0) throw new Error(`These processes outlived the workbench:\n${left.join("\n")}`);
    },
  };
}

function prepare(root: string, options: WorkbenchOptions): { workspace: string; userData: string; flags: string[] } {
  const [workspace, userData, extensions, config] = ["workspace", "user-data", "extensions", "config.yaml"].map((name) => join(root, name)) as [string, string, string, string];
  for (const folder of [workspace, extensions, join(userData, "User"), join(root, "home")]) mkdirSync(folder, { recursive: true });
  writeFileSync(config, "");
  for (const folder of options.extensions ?? []) cpSync(folder, join(extensions, basename(folder)), { recursive: true });
  const trust = options.trusted === false ? { "security.workspace.trust.startupPrompt": "never" } : { "security.workspace.trust.enabled": false };
  mkdirSync(join(userData, "Machine"), { recursive: true });
  writeFileSync(join(userData, "Machine", "settings.json"), JSON.stringify(options.machineSettings ?? {}, null, 2));
  writeFileSync(join(userData, "User", "settings.json"), JSON.stringify({ ...QUIET_SETTINGS, ...trust, ...options.settings }, null, 2));
  return { workspace, userData, flags: ["--config", config, "--user-data-dir", userData, "--extensions-dir", extensions] };
}

function environment(options: WorkbenchOptions, root: string, retortHome: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|CODE_SERVER|XDG_|ELECTRON_|RETORT_(?!COUNTS|LOG))/.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: join(root, "home"),
    // No requests to a marketplace.
    EXTENSIONS_GALLERY: NO_GALLERY,
    RETORT_HOME: retortHome,
    RETORT_MODELS: join(testHome(), "models"),
    // Leaves a core to workbench and browser.
    RETORT_THREADS: "1",
    RETORT_IDLE_EXIT_S: "5",
    ...options.env,
  };
}

/** The runtime is detached by design, so that the end of a window does not end it: here it is told to. What else is left is an orphan. */
async function endDetached(retortHome: string): Promise<string[]> {
  for (const { pid, command } of processesOf(retortHome)) if (/\bruntime\.js\b/.test(command)) signal(pid, "SIGTERM");
  const left = await waitForEnd(retortHome, ORPHAN_PATIENCE_MS);
  for (const { pid } of left) signal(pid, "SIGKILL");
  return left.map(({ pid, command }) => `${pid} ${command}`);
}

class Server {
  output = "";
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor({ node, entry }: InstalledWorkbench, args: readonly string[], env: NodeJS.ProcessEnv) {
    // A group of its own: extension hosts and kernels end with it.
    this.#child = spawn(node, [entry, ...args], { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => { this.output = (this.output + text).slice(-OUTPUT_TAIL_CHARS); });
    }
    this.#exited = new Promise((resolve) => this.#child.once("close", () => resolve()));
  }

  async answering(url: string): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (!(await fetch(url).then((response) => response.ok, () => false))) {
      // An unknown flag ends the server at once.
      if (this.#child.exitCode !== null || performance.now() > deadline) throw new Error(`The workbench server did not start:\n${this.output}`);
      await sleep(POLL_MS);
    }
  }

  async end(): Promise<void> {
    const { pid } = this.#child;
    if (pid !== undefined) signal(-pid, "SIGTERM");
    const ended = await Promise.race([this.#exited.then(() => true), sleep(5000, false)]);
    if (!ended && pid !== undefined) signal(-pid, "SIGKILL");
    await this.#exited;
  }
}
