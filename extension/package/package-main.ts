// `npm run package [-- --target linux-x64]`: makes the VSIX.
import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../runtime/entry.ts";
import { buildPackage } from "./build-package.ts";
import { platformOf } from "./platform.ts";

const root = packageRoot();
try {
  const { values: { target } } = parseArgs({ options: { target: { type: "string" } } });
  const { path, bytes } = await buildPackage(platformOf(target), join(root, ".cache", "package"));
  await copyFile(path, join(root, basename(path)));
  console.log(`${basename(path)}: ${(bytes / 1e6).toFixed(1)} MB, without binaries for graphics processors`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
