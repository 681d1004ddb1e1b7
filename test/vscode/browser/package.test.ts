import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { smollm2, testHome } from "../../helpers/models.ts";
import { installWorkbench } from "../workbench/install.ts";
import { chosenLane } from "../workbench/lanes.ts";
import { waitForEnd } from "../workbench/processes.ts";
import { packagedExtension } from "./packaged.ts";

const MB = 1e6;

/** Files below `folder` with their sizes, by path. */
function filesOf(folder: string): { path: string; bytes: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => ({ path: join(entry.parentPath, entry.name).slice(folder.length + 1), bytes: statSync(join(entry.parentPath, entry.name)).size }));
}

describe("the package", () => {
  it("has at most 60 MB, and its own code at most 3 MB", async function () {
    this.timeout(120_000);
    const { bytes, folder } = await packagedExtension();
    const own = filesOf(folder).filter(({ path }) => path.startsWith("dist") && !path.includes("node_modules")).reduce((sum, file) => sum + file.bytes, 0);
    console.log(`      package ${(bytes / MB).toFixed(1)} MB, own code ${(own / MB).toFixed(2)} MB`);
    assert.ok(bytes <= 60 * MB, `the package has ${bytes} bytes`);
    assert.ok(own <= 3 * MB, `the bundle has ${own} bytes`);
  });

  it("has no sources, source maps or tests, and binaries for one platform only", async () => {
    const files = filesOf((await packagedExtension()).folder).map(({ path }) => path);
    assert.deepEqual(files.filter((path) => /\.map$|(?<!\.d)\.ts$|(^|\/)test\//.test(path)), []);
    const foreign = /(linux|darwin|mac|win32|win|arm64|armv7l|x64|ia32|musl|cuda|vulkan)/g;
    const own = /^(linux|darwin|mac|win32|win)$/.test(process.platform) ? [process.platform, process.arch, { darwin: "mac", win32: "win" }[process.platform as string]] : [];
    const binaries = files.filter((path) => /\.(node|so|dylib|dll)$/.test(path) && path.slice(path.indexOf("node_modules")).match(foreign)?.some((word) => !own.includes(word)));
    assert.deepEqual(binaries, []);
  });

  it("brings all that kernel, engine, charts and TypeScript cells need", async function () {
    this.timeout(180_000);
    await smollm2("int8");
    const { node } = await installWorkbench(chosenLane());
    // Where no other node_modules can help out.
    const home = mkdtempSync(join(tmpdir(), "retort-package-"));
    try {
      cpSync((await packagedExtension()).folder, join(home, "extension"), { recursive: true });
      const notebook = join(home, "cells.ipynb");
      writeFileSync(notebook, notebookJson(CELLS));
      const env = { ...process.env, RETORT_HOME: join(home, "retort"), RETORT_MODELS: join(testHome(), "models"), RETORT_OFFLINE: "1", RETORT_THREADS: "1", RETORT_IDLE_EXIT_S: "1" };
      await promisify(execFile)(node, ["dist/retort.js", "run", notebook], { cwd: join(home, "extension"), env });
      const { cells } = JSON.parse(readFileSync(notebook, "utf8")) as { cells: { outputs: { data?: Record<string, unknown> }[] }[] };
      const kinds = cells.map(({ outputs }) => new Set(outputs.flatMap(({ data }) => Object.keys(data ?? {}))));
      assert.ok(kinds[0]?.has("image/png") && kinds[0].has("text/html"), `a sweep shows ${[...kinds[0] ?? []].join(", ")}`);
      assert.equal(JSON.stringify(cells[1]?.outputs).includes("42"), true, JSON.stringify(cells[1]?.outputs));
      assert.deepEqual(await waitForEnd(join(home, "retort"), 20_000), []);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

/** A model, a chart and TypeScript: each needs a package that is not in the bundle. */
const CELLS = [
  "---\nmodel: smollm2-135m\nprecision: int8\nmatrix:\n  temperature: [0, 0.5]\nruns: 2\nwarmup: 0\nmax_tokens: 4\n---\nHello",
  "%%js\nconst n: number = 41;\nn + 1",
];

function notebookJson(sources: string[]): string {
  const cells = sources.map((source, index) => ({ cell_type: "code", id: `c${index}`, metadata: {}, execution_count: null, outputs: [], source }));
  return JSON.stringify({ cells, metadata: { kernelspec: { name: "retort", display_name: "Retort" } }, nbformat: 4, nbformat_minor: 5 });
}
