// The whole test run: sets up what the tests need beyond Node, runs every suite, ends with "N passed, N failed".
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "./setup/chromium.ts";
import { setUpInBackground } from "./setup/in-background.ts";
import type { LaneName } from "./vscode/workbench/lanes.ts";
import { packageRoot } from "../runtime/entry.ts";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const root = packageRoot();
const countsFolder = mkdtempSync(join(tmpdir(), "retort-counts-"));
const npx = process.platform === "win32" ? "npx.cmd" : "npx";
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** A tool that only passes or fails counts as one test. */
function check(name: string, command: string, args: string[]): Counts {
  const passed = run(name, command, args, {}) === 0;
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** A mocha suite in a process of its own. */
function mocha(name: string, ...args: string[]): Counts {
  const counts = join(countsFolder, `${name}.json`);
  const status = run(name, npx, ["mocha", "--reporter", "test/helpers/counting-reporter.cjs", ...args], { RETORT_COUNTS: counts });
  return read(counts, status);
}

function pytest(name: string, folder: string): Counts {
  const counts = join(countsFolder, `${name}.json`);
  const python = join(root, ".cache", "venv", "bin", "python");
  const status = run(name, python, ["-m", "pytest", "-q", "-rs", "--timeout=300", "-p", "no:cacheprovider", folder], { RETORT_COUNTS: counts });
  return read(counts, status);
}

/** What a lane shares with every other one; the newest runs more. */
const SUITES_OF_EVERY_LANE = ["activation", "completion", "explain", "language", "models", "notebook"];

/** The tests that run inside VS Code's extension host: all of them, or those of `suites`. */
function inEditor(lane: LaneName, suites: readonly string[] = []): Counts {
  const counts = join(countsFolder, `editor-${lane}.json`);
  const status = run(`editor-${lane}`, process.execPath, ["--import", "tsx", "test/vscode/main.ts", "--host-only", ...suites], { RETORT_COUNTS: counts, RETORT_LANE: lane });
  return read(counts, status);
}

function run(name: string, command: string, args: string[], env: Record<string, string>): number {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  console.log(`== ${name}: exit ${result.status} after ${((Date.now() - started) / 1000).toFixed(0)} s`);
  return result.status ?? 1;
}

/** A suite that died before it could count, or counted nothing, has failed. */
function read(file: string, status: number): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const counts = JSON.parse(readFileSync(file, "utf8")) as Counts;
  if (counts.passed + counts.failed === 0 || (status !== 0 && counts.failed === 0)) return { ...counts, failed: counts.failed + 1 };
  return counts;
}

const setUp = setUpInBackground(countsFolder);
const results = [
  check("build", process.execPath, ["esbuild.config.mjs"]),
  check("types", npm, ["run", "--silent", "typecheck"]),
  check("lint", npx, ["eslint", ".", "--max-warnings", "0"]),
  // Nothing that they share but processor time: each file could run alone.
  mocha("unit", "--parallel", "--jobs", String(availableParallelism()), "test/unit/**/*.test.ts"),
];
if (!(await setUp())) throw new Error("What the tests need could not be installed.");
process.env.RETORT_CHROMIUM = ensureChromium();
results.push(
  mocha("protocol", "--timeout", "60000", "test/protocol/**/*.test.ts"),
  mocha("engine", "--timeout", "180000", "test/engine/**/*.test.ts"),
  mocha("clients", "--timeout", "180000", "test/clients/**/*.test.ts"),
  pytest("python-clients", "test/clients"),
  inEditor("newest"),
  inEditor("floor", SUITES_OF_EVERY_LANE),
  mocha("editor-browser", "--timeout", "120000", "test/vscode/browser/*.test.ts"),
);
rmSync(countsFolder, { recursive: true, force: true });

const sum = (key: keyof Counts): number => results.reduce((total, counts) => total + counts[key], 0);
// A skipped test proves nothing: it counts as failed.
const failed = sum("failed") + sum("skipped");
console.log(`\n${sum("passed")} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
