import { cp, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageRoot, packageVersion } from "../../runtime/entry.ts";
import { stageNatives } from "./natives.ts";
import type { Platform } from "./platform.ts";
import { stageExtension } from "./stage.ts";
import { vscePackage } from "./vsce.ts";

export interface BuiltPackage {
  path: string;
  bytes: number;
  /** The staged folder, as it is inside the package. */
  folder: string;
}

/** Makes `retort-<target>-<version>.vsix` in `outFolder`. */
export async function buildPackage(platform: Platform, outFolder: string): Promise<BuiltPackage> {
  const folder = join(outFolder, `stage-${platform.target}`);
  await stageExtension(folder, { release: true });
  // Not beside dist: vsce leaves out the node_modules of the folder that it packs, whatever the list says.
  await stageNatives(join(folder, "dist"), platform);
  await cp(join(packageRoot(), ".vscodeignore"), join(folder, ".vscodeignore"));
  await dropScripts(join(folder, "package.json"));
  const path = join(outFolder, `retort-${platform.target}-${packageVersion()}.vsix`);
  const draft = `${path}.${process.pid}.tmp.vsix`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await vscePackage(folder, platform.target, draft);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return { path, bytes: (await stat(path)).size, folder };
}

/** What only developers need. vsce would also run some of the scripts. */
async function dropScripts(path: string): Promise<void> {
  const { scripts: _scripts, devDependencies: _dev, overrides: _overrides, allowScripts: _allow, files: _files, ...manifest } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
