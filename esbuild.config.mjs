// Bundles every process entry into dist/. Native packages stay outside; rarely used parts (charts, the CLI's
// commands) become chunks that are loaded on first use, which keeps a kernel's start short.
import { build } from "esbuild";
import { chmod, rm } from "node:fs/promises";

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

await rm("dist", { recursive: true, force: true });
await build({
  entryPoints,
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["vscode", "node-llama-cpp", "zeromq", "@resvg/resvg-js", "dejavu-fonts-ttf", "@swc/wasm-typescript"],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  sourcemap: "linked",
  minifySyntax: true,
  logLevel: "warning",
});
await chmod("dist/retort.js", 0o755);
