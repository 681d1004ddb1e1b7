import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildPackage, type BuiltPackage } from "../../../extension/package/build-package.ts";
import { platformOf } from "../../../extension/package/platform.ts";
import { packageRoot } from "../../../runtime/entry.ts";

let built: Promise<BuiltPackage> | undefined;

/** The extension as users get it, built once for all tests of this process. */
export function packagedExtension(): Promise<BuiltPackage> {
  built ??= build();
  return built;
}

function build(): Promise<BuiltPackage> {
  const folder = join(packageRoot(), ".cache", "package", `test-${process.pid}`);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return buildPackage(platformOf(), folder);
}
