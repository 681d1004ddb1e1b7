import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Every process and worker thread that is started from a file of its own in dist/. */
export type EntryName = "retort" | "kernel" | "heartbeat" | "js-worker" | "runtime" | "engine" | "template-worker" | "convert-worker" | "bandwidth-worker";

let cachedRoot: string | undefined;

/** The folder that holds Retort's package.json, whether this code runs from source or from a bundle. */
export function packageRoot(): string {
  if (cachedRoot !== undefined) return cachedRoot;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("Retort's package.json was not found above " + import.meta.url);
    folder = parent;
  }
  cachedRoot = folder;
  return folder;
}

/** Absolute path of the built file behind `name`. */
export function entryPath(name: EntryName): string {
  return join(packageRoot(), "dist", `${name}.js`);
}

/** Where the built chat page lies, in installations that hold it. */
export function chatPageFolder(): string {
  return join(packageRoot(), "dist", "chat-page");
}

/** Retort's version, from package.json. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };
  return manifest.version;
}
