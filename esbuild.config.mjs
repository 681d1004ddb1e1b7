// Bundles every process entry into dist/. Native packages stay outside; rarely used parts (charts, the CLI's
// commands) become chunks that are loaded on first use, which keeps a kernel's start short.
// `--outdir FOLDER` builds elsewhere; `--release` leaves out source maps and shortens names.
import { build } from "esbuild";
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: { outdir, release } } = parseArgs({ options: { outdir: { type: "string", default: "dist" }, release: { type: "boolean", default: false } } });

/** One entry for each process or worker thread that Retort starts. */
const entryPoints = {
  retort: "kernel/main.ts",
  kernel: "kernel/kernel-process.ts",
  heartbeat: "kernel/jupyter/heartbeat-worker.ts",
  "js-worker": "kernel/experiment/js/js-worker.ts",
  runtime: "runtime/runtime-process.ts",
  engine: "runtime/engine/engine-process.ts",
  "template-worker": "runtime/models/template-worker.ts",
  "convert-worker": "runtime/models/convert-worker.ts",
  extension: "extension/extension.ts",
};

/** Pages of web views: they run in a browser. Each script and style is one file. */
const webviewEntryPoints = {
  explain: "extension/explain/view/webview/main.ts",
  "explain-style": "extension/explain/view/webview/style.css",
};

await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints,
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["vscode", "node-llama-cpp", "zeromq", "@resvg/resvg-js", "dejavu-fonts-ttf", "@swc/wasm-typescript"],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  sourcemap: release ? false : "linked",
  minify: release,
  minifySyntax: true,
  // Errors are told apart by their class's name.
  keepNames: release,
  logLevel: "warning",
});
await build({
  entryPoints: webviewEntryPoints,
  outdir: join(outdir, "webview"),
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  minify: true,
  sourcemap: release ? false : "linked",
  logLevel: "warning",
});
await chmod(join(outdir, "retort.js"), 0o755);
