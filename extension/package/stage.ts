import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../runtime/entry.ts";
import { PACKAGE_FILES } from "./files.ts";

const run = promisify(execFile);

/** Puts the extension into an empty `folder` as a package has it, but for the native packages. `release`: no source maps, short names. The chat page stays out: it is of `retort serve`. */
export async function stageExtension(folder: string, { release }: { release: boolean }): Promise<void> {
  const root = packageRoot();
  await rm(folder, { recursive: true, force: true });
  for (const name of PACKAGE_FILES.filter((file) => existsSync(join(root, file)))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(join(root, name), join(folder, name), { recursive: true });
  }
  await run(process.execPath, ["esbuild.config.mjs", "--outdir", join(folder, "dist"), "--no-chat-page", ...(release ? ["--release"] : [])], { cwd: root });
}
