import { cp, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { isNeeded } from "../../../extension/package/needed-files.ts";
import type { Platform } from "../../../extension/package/platform.ts";
import { packageRoot } from "../../../runtime/entry.ts";
import { RetortError } from "../../../runtime/errors.ts";

/** Copies what an installed npm package needs at run time. Throws `not_installed`. */
export async function copyPackage(name: string, to: string, platform: Platform): Promise<void> {
  const from = join(packageRoot(), "node_modules", name);
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new RetortError({ code: "not_installed", message: `${name} is not installed here.`, hint: "Run npm ci on a machine of the same platform." }, { cause });
  });
  for (const entry of entries.filter((one) => one.isFile() || one.isSymbolicLink())) {
    const path = relative(from, join(entry.parentPath, entry.name));
    // A library's versioned names are links to one file.
    if (isNeeded(name, path.split(sep).join("/"), platform)) await cp(join(from, path), join(to, "node_modules", name, path), { dereference: true });
  }
}
