import { build } from "esbuild";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";

/** Bundles the tests that run inside the extension host, each file by itself. `folder` must be below the repository, where mocha is found. */
export async function buildSuite(folder: string): Promise<void> {
  const sources = join(packageRoot(), "test", "vscode", "suite");
  const entries = readdirSync(sources).filter((file) => file === "index.ts" || file.endsWith(".test.ts"));
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: Object.fromEntries(entries.map((file) => [basename(file, ".ts"), join(sources, file)])),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    // The one format that every extension host loads tests from.
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["vscode", "mocha", "zeromq", "node-llama-cpp", "@resvg/resvg-js", "dejavu-fonts-ttf"],
    define: { "import.meta.url": "__moduleUrl" },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    sourcemap: "inline",
    logLevel: "warning",
  });
}
