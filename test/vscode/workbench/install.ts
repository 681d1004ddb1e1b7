import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../../runtime/entry.ts";
import { readTextIfThere } from "../../../runtime/file.ts";
import { acquireLock } from "../../../runtime/lock.ts";
import type { Lane } from "./lanes.ts";

/** A workbench on disk. */
export interface InstalledWorkbench {
  lane: Lane;
  /** The Node that runs the server, and so the extension host and what that starts. */
  node: string;
  /** The server's entry file. */
  entry: string;
}

const run = promisify(execFile);
const SYSTEM_HEADERS = "/usr/include/node/node_api.h";
const OUTPUT_LIMIT_BYTES = 64 * 2 ** 20;

/** Installs `lane` from npm into `.cache/workbench` when it is not there yet. Safe in parallel processes. */
export async function installWorkbench(lane: Lane): Promise<InstalledWorkbench> {
  const cache = join(packageRoot(), ".cache", "workbench");
  const folder = join(cache, lane.name);
  const wanted = JSON.stringify({ codeServer: lane.codeServer, node: lane.node ?? process.version, abi: process.versions.modules });
  const stamp = join(folder, "installed.json");
  if ((await readTextIfThere(stamp)) === wanted) return describe(lane, folder);

  const lock = await acquireLock(join(cache, `${lane.name}.lock`), { onWait: () => console.log(`Waiting: another process installs the ${lane.name} workbench …`) });
  try {
    if ((await readTextIfThere(stamp)) === wanted) return describe(lane, folder);
    console.log(`Installing VS Code ${lane.vscode} (code-server ${lane.codeServer}) into .cache/workbench/${lane.name} (once, about two minutes) …`);
    const unfinished = `${folder}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await fill(lane, unfinished);
    await writeFile(join(unfinished, "installed.json"), wanted);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
    return describe(lane, folder);
  } finally {
    await lock.dispose();
  }
}

function describe(lane: Lane, folder: string): InstalledWorkbench {
  const entry = join(folder, "node_modules", "code-server", "out", "node", "entry.js");
  return { lane, entry, node: lane.node === null ? process.execPath : join(nodeFolder(folder), "bin", "node") };
}

/** Where the npm package `node` puts the binary and its headers. */
function nodeFolder(folder: string): string {
  return join(folder, "node", "node_modules", "node", "node_modules", `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`);
}

/** What code-server's own postinstall does, but for the native packages that the tests do not need. */
async function fill(lane: Lane, folder: string): Promise<void> {
  const env = await environment(lane, folder);
  const step = async (title: string, cwd: string, ...args: string[]): Promise<void> => {
    const started = Date.now();
    await npm(cwd, env, args);
    console.log(`  ${lane.name}: ${title} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  };
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "workbench", private: true }));
  await step("server", folder, "install", `code-server@${lane.codeServer}`, "--ignore-scripts");
  const workbench = join(folder, "node_modules", "code-server", "lib", "vscode");
  await step("workbench", workbench, "install", "--omit=dev", "--ignore-scripts");
  await step("built-in extensions", join(workbench, "extensions"), "install", "--omit=dev", "--ignore-scripts");
  if (lane.compile.server.length > 0) await step(`compiled ${lane.compile.server.join(", ")}`, folder, "rebuild", ...lane.compile.server);
  await step(`compiled ${lane.compile.workbench.join(", ")}`, workbench, "rebuild", ...lane.compile.workbench);
}

/** The environment of npm: with the lane's own Node first, and headers for node-gyp that need no download. */
async function environment(lane: Lane, folder: string): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  // What `npm test` sets for its own scripts would reach the npm that is started here.
  for (const name of Object.keys(env)) if (/^npm_(config_(local_prefix|prefix|global_prefix)|package_|lifecycle_)/i.test(name) || name === "INIT_CWD") delete env[name];
  if (lane.node === null) {
    if (existsSync(SYSTEM_HEADERS)) env.npm_config_nodedir = "/usr";
    return env;
  }
  const prefix = join(folder, "node");
  await mkdir(prefix, { recursive: true });
  await writeFile(join(prefix, "package.json"), JSON.stringify({ name: "workbench-node", private: true }));
  // Its install script places the binary.
  await npm(prefix, env, ["install", `node@${lane.node}`]);
  const own = nodeFolder(folder);
  if (!existsSync(join(own, "bin", "node"))) throw new Error(`The npm package node@${lane.node} has put no binary into ${own}.`);
  return { ...env, PATH: `${join(own, "bin")}${delimiter}${env.PATH ?? ""}`, npm_config_nodedir: own };
}

async function npm(cwd: string, env: NodeJS.ProcessEnv, args: string[]): Promise<void> {
  try {
    await run("npm", [...args, "--no-audit", "--no-fund"], { cwd, env, maxBuffer: OUTPUT_LIMIT_BYTES, shell: process.platform === "win32" });
  } catch (error) {
    const { stderr = "", stdout = "" } = error as { stderr?: string; stdout?: string };
    throw new Error(`npm ${args.join(" ")} failed in ${cwd}:\n${(stderr || stdout).slice(-4000)}`, { cause: error });
  }
}
