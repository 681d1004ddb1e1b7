// Runs inside the extension host, with the contract of @vscode/test-electron: resolves when every test has passed.
import { appendFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import { takeCoverage } from "node:v8";

const TEST_TIMEOUT_MS = 60_000;

export async function run(): Promise<void> {
  const output = process.env.RETORT_SUITE_OUTPUT;
  // Before mocha is loaded: it keeps the function that it finds. The host's own property ignores a plain assignment.
  if (output !== undefined) Object.defineProperty(console, "log", { value: (...words: unknown[]) => appendFileSync(output, `${format(...words)}\n`) });
  const { default: Mocha } = await import("mocha");
  const { MOCHA_GREP: grep, RETORT_SUITE: only, NODE_V8_COVERAGE: coverage, RETORT_COUNTS: counts } = process.env;
  const mocha = new Mocha({ ui: "bdd", reporter: "spec", color: false, timeout: TEST_TIMEOUT_MS, ...(grep === undefined ? {} : { grep }) });
  const chosen = only?.split(",");
  for (const file of readdirSync(__dirname).sort()) {
    if (file.endsWith(".test.cjs") && (chosen === undefined || chosen.includes(file.replace(".test.cjs", "")))) mocha.addFile(join(__dirname, file));
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const runner = mocha.run((failures) => (failures === 0 && (runner.stats?.passes ?? 0) > 0 ? resolve() : reject(new Error(`${failures} failed`))));
      runner.once("end", () => {
        const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
        if (counts !== undefined) writeFileSync(counts, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
      });
    });
  } finally {
    // The host is ended too hard to write its file by itself.
    if (coverage !== undefined) takeCoverage();
  }
}
