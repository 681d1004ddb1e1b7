// The tests that are too heavy for `npm test`, one suite after the other; each installs on demand what it needs.
// `npm run test:long -- NAME …` runs some of them. Ends with "N passed, N failed".
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryPath, packageRoot } from "../../runtime/entry.ts";
import { ensurePythonEnvironment } from "../setup/python-env.ts";
import { chosenSuites, type LongSuite, longSuites } from "./suites.ts";

const LIMIT_S = 1800;

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), "retort-long-"));
const COMMANDS: Record<LongSuite["runner"], (file: string) => [command: string, args: string[]]> = {
  mocha: (file) => [process.execPath, [join(root, "node_modules", "mocha", "bin", "mocha.js"), "--timeout", String(1000 * LIMIT_S), "--reporter", "test/helpers/counting-reporter.cjs", file]],
  pytest: (file) => {
    ensurePythonEnvironment();
    return [join(root, ".cache", "venv", "bin", "python"), ["-m", "pytest", "-q", "-rs", `--timeout=${LIMIT_S}`, "-p", "no:cacheprovider", file]];
  },
};

/** Passed and failed tests of one suite, which writes its counts into a file; one that died first, or has none, has failed. */
function run({ name, file, runner }: LongSuite): [passed: number, failed: number] {
  const counts = join(folder, `${name}.json`);
  const started = performance.now();
  console.log(`\n== ${name}`);
  const [command, args] = COMMANDS[runner](file);
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, RETORT_COUNTS: counts } });
  console.log(`== ${name}: exit ${status} after ${((performance.now() - started) / 1000).toFixed(0)} s`);
  if (!existsSync(counts)) return [0, 1];
  const { passed, failed, skipped } = JSON.parse(readFileSync(counts, "utf8")) as { passed: number; failed: number; skipped: number };
  const wrong = failed + skipped;
  return [passed, wrong === 0 && (status !== 0 || passed === 0) ? 1 : wrong];
}

/** A suite whose setting-up fails has failed, with the reason, and the others still run. */
function outcome(suite: LongSuite): [passed: number, failed: number] {
  try {
    return run(suite);
  } catch (error) {
    console.error(`${suite.name}: ${String(error)}`);
    return [0, 1];
  }
}

if (!existsSync(entryPath("retort"))) throw new Error("Build first: npm run build");
const files = ["test/clients", "test/long"].flatMap((place) => readdirSync(join(root, place)).map((name) => `${place}/${name}`));
const heavy = files.filter((file) => file.startsWith("test/long/") || file.endsWith(".py"));
const results = chosenSuites(longSuites(heavy), process.argv.slice(2)).map((suite) => [suite.name, ...outcome(suite)] as const);
rmSync(folder, { recursive: true, force: true });
for (const [name, passed, failed] of results) console.log(`${failed === 0 ? "passed" : "FAILED"}  ${name}: ${passed} passed, ${failed} failed`);
const [passed, failed] = results.reduce(([p, f], [, more, worse]) => [p + more, f + worse], [0, 0]);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
