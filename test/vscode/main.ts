// `npm run test:vscode [-- FILE …]`: the tests inside the extension host, then those in a browser, or the named files only.
import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { runInHost } from "./host/run-in-host.ts";
import { chosenLane } from "./workbench/lanes.ts";

const hostOnly = process.argv.includes("--host-only");
const files = process.argv.slice(2).filter((word) => word !== "--host-only");
const inHost = files.filter((file) => !file.includes("browser"));
const inBrowser = hostOnly ? [] : files.length === 0 ? ["test/vscode/browser/*.test.ts"] : files.filter((file) => file.includes("browser")).map((file) => `test/vscode/browser/${nameOf(file)}.test.ts`);

function nameOf(file: string): string {
  return basename(file).replace(/(\.test)?(\.ts)?$/, "");
}

let passed = true;
if (files.length === 0 || inHost.length > 0) {
  const only = inHost.length === 0 ? {} : { RETORT_SUITE: inHost.map(nameOf).join(",") };
  passed = await runInHost(chosenLane(), only);
}
if (inBrowser.length > 0) {
  const grep = process.env.MOCHA_GREP === undefined ? [] : ["--grep", process.env.MOCHA_GREP];
  const { status } = spawnSync(process.execPath, ["node_modules/mocha/bin/mocha.js", "--reporter", "spec", "--fail-zero", "--timeout", "120000", ...grep, ...inBrowser], { stdio: "inherit" });
  passed = status === 0 && passed;
}
process.exit(passed ? 0 : 1);
