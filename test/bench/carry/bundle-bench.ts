import { build } from "esbuild";
import { join } from "node:path";
import { EXTERNAL_PACKAGES, NEVER_LOADED } from "../../../extension/package/natives.ts";
import { packageRoot } from "../../../runtime/entry.ts";

/** Packages in CommonJS that are bundled into ES modules call it. */
const REQUIRE = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** The benchmarks as one file of JavaScript, for a machine without the tools that read TypeScript. */
export async function bundleBench(folder: string): Promise<void> {
  await build({
    entryPoints: [join(packageRoot(), "test", "bench", "main.ts")],
    outfile: join(folder, "dist", "bench.js"),
    bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "warning",
    external: ["vscode", "esbuild", ...EXTERNAL_PACKAGES, ...NEVER_LOADED],
    banner: { js: REQUIRE },
  });
}
