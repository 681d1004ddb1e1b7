import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../runtime/entry.ts";

const run = promisify(execFile);

/** The newest one that runs on Node 20. Not among the project's dependencies: it would be half of them. */
const VERSION = "3.9.2";
const OUTPUT_LIMIT_BYTES = 64 * 2 ** 20;

/** Packs `folder` into the file `out` for `target`. */
export async function vscePackage(folder: string, target: string, out: string): Promise<void> {
  const vsce = await ensureVsce();
  await run(process.execPath, [vsce, "package", "--no-dependencies", "--no-rewrite-relative-links", "--allow-missing-repository", "--target", target, "--out", out], { cwd: folder, maxBuffer: OUTPUT_LIMIT_BYTES });
}

async function ensureVsce(): Promise<string> {
  const folder = join(packageRoot(), ".cache", "vsce", VERSION);
  const program = join("node_modules", "@vscode", "vsce", "vsce");
  if (existsSync(join(folder, program))) return join(folder, program);
  console.log(`Installing @vscode/vsce ${VERSION} into .cache/vsce (once) …`);
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    await writeFile(join(draft, "package.json"), JSON.stringify({ name: "vsce-here", private: true }));
    await run("npm", ["install", `@vscode/vsce@${VERSION}`, "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: draft, shell: process.platform === "win32", maxBuffer: OUTPUT_LIMIT_BYTES });
    if (!existsSync(join(folder, program))) await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return join(folder, program);
}
