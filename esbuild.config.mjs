// Bundles every process entry into dist/. Native packages stay outside; rarely used parts (charts, the CLI's
// commands) become chunks that are loaded on first use, which keeps a kernel's start short.
// `--outdir FOLDER` builds elsewhere; `--release` leaves out source maps and shortens names; `--no-chat-page` leaves out
// what `retort serve` shows at `/`.
import { build } from "esbuild";
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

const { values: { outdir, release, "no-chat-page": noChatPage } } = parseArgs({ options: { outdir: { type: "string", default: "dist" }, release: { type: "boolean", default: false }, "no-chat-page": { type: "boolean", default: false } } });

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
  "bandwidth-worker": "kernel/session/bench/bandwidth-worker.ts",
  extension: "extension/extension.ts",
};

/** Pages of web views: they run in a browser. Each script and style is one file. */
const webviewEntryPoints = {
  explain: "extension/explain/view/webview/main.ts",
  "explain-style": "extension/explain/view/webview/style.css",
  runs: "extension/renderer/webview/main.ts",
};

/** The chat page, as `runtime/api/routes/chat-page.ts` serves it. */
const chatPageEntryPoints = {
  chat: "runtime/chat-page/browser/main.ts",
  style: "runtime/chat-page/style.css",
  index: "runtime/chat-page/index.html",
  icon: "runtime/chat-page/icon.svg",
};

/** Packages in CommonJS that are bundled into ES modules call it. */
const REQUIRE_FOR_ES_MODULES = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** What both steps on the way to dist/ share. */
const common = {
  outdir,
  platform: "node",
  target: "node20",
  sourcemap: release ? false : "linked",
  minify: release,
  minifySyntax: true,
  logLevel: "warning",
};

await rm(outdir, { recursive: true, force: true });
const { metafile } = await build({
  ...common,
  entryPoints,
  bundle: true,
  splitting: true,
  format: "esm",
  metafile: true,
  // The last three are never loaded: see extension/package/natives.ts.
  external: ["vscode", "node-llama-cpp", "zeromq", "@resvg/resvg-js", "dejavu-fonts-ttf", "@swc/wasm-typescript", "light-my-request", "@fastify/ajv-compiler", "@fastify/fast-json-stringify-compiler"],
  banner: { js: REQUIRE_FOR_ES_MODULES },
});
await convertToCommonJs("extension.js");
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
if (!noChatPage) {
  await build({
    entryPoints: chatPageEntryPoints,
    outdir: join(outdir, "chat-page"),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    loader: { ".html": "copy", ".svg": "copy", ".woff2": "file" },
    assetNames: "[name]",
    minify: true,
    logLevel: "warning",
  });
}
await chmod(join(outdir, "retort.js"), 0o755);

/**
 * Turns one entry and all that it loads into CommonJS. VS Code resolves every import of an ES module in another thread,
 * which made the extension's start several times as long; a `require` it answers at once. The files are shared with the
 * other entries, which may import CommonJS too.
 */
async function convertToCommonJs(entry) {
  const converted = loadedFrom(entry);
  const toCommonJs = {
    ...common,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    supported: { "dynamic-import": false },
    banner: { js: '"use strict"; const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { "import.meta.url": "__moduleUrl" },
  };
  const leftovers = { name: "es-module-leftovers", setup: ({ onLoad }) => onLoad({ filter: /\.js$/ }, async ({ path }) => ({ contents: withoutLeftovers(await readFile(path, "utf8")) })) };
  await build({ ...toCommonJs, entryPoints: converted.filter((name) => name !== entry).map((name) => join(outdir, name)), plugins: [leftovers] });
  await build({ ...toCommonJs, entryPoints: [join(outdir, entry)], bundle: true, packages: "external", plugins: [inOneFile(), leftovers] });
  for (const name of converted) await Promise.all([name, `${name}.map`].map((file) => rm(join(outdir, file), { force: true })));
  const names = new Set(converted);
  for (const name of (await readdir(outdir)).filter((file) => /\.c?js$/.test(file))) {
    const path = join(outdir, name);
    const code = await readFile(path, "utf8");
    await writeFile(path, code.replace(/(["'])\.\/([\w.-]+)\.js\1/g, (text, quote, file) => names.has(`${file}.js`) ? `${quote}./${file}.cjs${quote}` : text));
  }
}

/**
 * Takes what the entry needs at its start into its own file: each further one costs a start a millisecond. Left apart is
 * what comes later, and the file with the errors, whose class must be the same everywhere.
 */
function inOneFile() {
  const shared = new Set(Object.entries(metafile.outputs).flatMap(([path, { inputs }]) => ("runtime/errors.ts" in inputs ? [basename(path)] : [])));
  return {
    name: "in-one-file",
    setup: ({ onResolve }) => onResolve({ filter: /^\.\// }, ({ path, kind }) => (kind === "dynamic-import" || shared.has(basename(path)) ? { path, external: true } : undefined)),
  };
}

/** What stands in an ES module's place for it: a `require` of its own, and imports of VS Code whose conversion would copy its 500 names each time. */
function withoutLeftovers(code) {
  return code.replace(REQUIRE_FOR_ES_MODULES, "").replace(/\bimport\s*\*\s*as\s+([\w$]+)\s+from\s*"vscode"/g, 'const $1=require("vscode")');
}

/** Names of the output files that `entry` imports, at once or later, itself included. */
function loadedFrom(entry) {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set();
  const visit = (name) => {
    if (found.has(name) || !outputs.has(name)) return;
    found.add(name);
    for (const { path, external } of outputs.get(name).imports) if (!external) visit(basename(path));
  };
  visit(entry);
  return [...found];
}
