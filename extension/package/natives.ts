import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../runtime/entry.ts";
import { packageClosure, type LockedPackages, type NeededPackage } from "./closure.ts";
import { isLeftOut, isNeeded } from "./needed-files.ts";
import type { Platform } from "./platform.ts";

const run = promisify(execFile);

/** What esbuild.config.mjs leaves outside of the bundle. */
export const EXTERNAL_PACKAGES: readonly string[] = ["zeromq", "node-llama-cpp", "@resvg/resvg-js", "dejavu-fonts-ttf", "@swc/wasm-typescript"];

/** What esbuild.config.mjs leaves out because nothing of ours ever loads it: fastify's own test helper and the compilers of its schemas, in whose place runtime/api/no-schemas.ts stands. */
export const NEVER_LOADED: readonly string[] = ["light-my-request", "@fastify/ajv-compiler", "@fastify/fast-json-stringify-compiler"];

/**
 * Copies the packages that the bundle loads at run time into `folder`/node_modules, pruned to `platform`. What is not
 * installed here, because it is for another platform, comes from the user's npm registry.
 */
export async function stageNatives(folder: string, platform: Platform): Promise<NeededPackage[]> {
  const root = packageRoot();
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as { packages: LockedPackages };
  const needed = packageClosure(packages, EXTERNAL_PACKAGES, platform, isLeftOut);
  for (const one of needed) {
    const installed = join(root, one.location);
    await copyNeeded(existsSync(installed) ? installed : await fetchPackage(one), join(folder, one.location), one.name, platform);
  }
  return needed;
}

async function copyNeeded(from: string, to: string, name: string, platform: Platform): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    // A library's versioned names are links to one file.
    if (!entry.isFile() && !entry.isSymbolicLink()) continue;
    const path = relative(from, join(entry.parentPath, entry.name));
    if (!isNeeded(name, path.split(sep).join("/"), platform)) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(from, path), join(to, path), { dereference: true });
  }
}

/** `npm pack` into `.cache/package-natives`: npm would not install a package of another platform. */
async function fetchPackage({ name, version }: NeededPackage): Promise<string> {
  const cache = join(packageRoot(), ".cache", "package-natives");
  const folder = join(cache, `${name.replaceAll("/", "+")}@${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, "draft-"));
  try {
    console.log(`Fetching ${name}@${version} …`);
    const { stdout } = await run("npm", ["pack", "--silent", `${name}@${version}`, "--pack-destination", draft], { shell: process.platform === "win32" }).catch((error: unknown) => {
      throw new Error(`${name}@${version} cannot be had from the npm registry in use. Make the package on the platform itself, or with a registry that has it.`, { cause: error });
    });
    await run("tar", ["-xzf", join(draft, stdout.trim()), "-C", draft]);
    await rename(join(draft, "package"), folder);
    return folder;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
