// The tests that are too heavy for `npm test`: what they need is installed on demand. Ends with "N passed, N failed".
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryPath, packageRoot } from "../../runtime/entry.ts";
import { ensurePythonEnvironment } from "../setup/python-env.ts";

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), "retort-long-"));
const python = join(root, ".cache", "venv", "bin", "python");

/** Passed and failed tests of one suite, which writes its counts into a file; one that died first has failed. */
function suite(name: string, command: string, args: string[]): [passed: number, failed: number] {
  const counts = join(folder, `${name}.json`);
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, RETORT_COUNTS: counts } });
  if (!existsSync(counts)) return [0, 1];
  const { passed, failed, skipped } = JSON.parse(readFileSync(counts, "utf8")) as { passed: number; failed: number; skipped: number };
  return [passed, status !== 0 && failed === 0 ? skipped + 1 : failed + skipped];
}

if (!existsSync(entryPath("retort"))) throw new Error("Build first: npm run build");
ensurePythonEnvironment();
const results = [
  suite("client-8000", python, ["-m", "pytest", "-q", "-rs", "--timeout=600", "-p", "no:cacheprovider", "test/clients/long_llm_client_8000.py"]),
  suite("ray", process.execPath, [join(root, "node_modules", "mocha", "bin", "mocha.js"), "--timeout", "1800000", "--reporter", "test/helpers/counting-reporter.cjs", "test/long/ray.test.ts"]),
];
rmSync(folder, { recursive: true, force: true });
const [passed, failed] = results.reduce(([p, f], [more, worse]) => [p + more, f + worse], [0, 0]);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
