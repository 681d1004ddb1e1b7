// `npm run test:electron`: the suite of test:vscode in a downloaded desktop VS Code.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { stageExtension } from "../../extension/package/stage.ts";
import { packageRoot } from "../../runtime/entry.ts";
import { testHome } from "../helpers/models.ts";
import { buildSuite } from "./host/build-suite.ts";
import { STAND_IN } from "./host/run-in-host.ts";
import { processesOf, signal } from "./workbench/processes.ts";

const cache = join(packageRoot(), ".cache");
const only = process.argv.slice(2).map((file) => basename(file).replace(/(\.test)?(\.ts)?$/, ""));

const program = await downloadAndUnzipVSCode({ cachePath: join(cache, "vscode-test") }).catch((error: unknown) => {
  console.error(`VS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}`);
  console.error("Connect to a network that reaches update.code.visualstudio.com, or run the same suite with `npm run test:vscode`.");
  process.exit(1);
});

const extension = join(cache, "vscode-dev", `electron-${process.pid}`);
const suite = join(cache, "vscode-suite", `electron-${process.pid}`);
const home = mkdtempSync(join(tmpdir(), "retort-electron-"));
mkdirSync(join(home, "workspace"));
await Promise.all([stageExtension(extension, { release: false }), buildSuite(suite)]);
try {
  process.exitCode = await runTests({
    vscodeExecutablePath: program,
    extensionDevelopmentPath: [extension, STAND_IN],
    extensionTestsPath: join(suite, "index.cjs"),
    launchArgs: [join(home, "workspace"), "--disable-workspace-trust", "--user-data-dir", join(home, "user-data")],
    extensionTestsEnv: {
      RETORT_HOME: join(home, "retort"),
      RETORT_MODELS: join(testHome(), "models"),
      RETORT_THREADS: "1",
      RETORT_IDLE_EXIT_S: "5",
      ...(only.length === 0 ? {} : { RETORT_SUITE: only.join(",") }),
    },
  });
} finally {
  for (const { pid } of processesOf(join(home, "retort"))) signal(pid, "SIGTERM");
  for (const folder of [extension, suite, home]) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
