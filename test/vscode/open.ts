// `npm run vscode`: opens notebooks/ with the extension, in the user's own VS Code where there is one, else in a browser.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildPackage } from "../../extension/package/build-package.ts";
import { platformOf } from "../../extension/package/platform.ts";
import { packageRoot } from "../../runtime/entry.ts";
import { chosenLane } from "./workbench/lanes.ts";
import { startWorkbench } from "./workbench/server.ts";

const root = packageRoot();
const notebooks = join(root, "notebooks");
const shell = process.platform === "win32";

if (spawnSync("code", ["--version"], { shell, stdio: "ignore" }).status === 0) openDesktop();
else await openInBrowser();

/** Builds in place, so that "Reload Window" after `npm run build` shows a change. */
function openDesktop(): void {
  for (const [command = "", ...args] of [[process.execPath, "esbuild.config.mjs"], ["code", `--extensionDevelopmentPath=${root}`, notebooks]]) {
    const { status } = spawnSync(command, args, { cwd: root, shell: shell && command === "code", stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
}

async function openInBrowser(): Promise<void> {
  console.log("There is no `code` on the PATH: packaging the extension for a VS Code in the browser …");
  const built = join(root, ".cache", "package", `open-${process.pid}`);
  const { path } = await buildPackage(platformOf(), built);
  const workbench = await startWorkbench({
    lane: chosenLane(),
    vsix: path,
    personal: true,
    settings: { "editor.quickSuggestions": { other: "on", comments: "off", strings: "off" }, "editor.wordBasedSuggestions": "matchingDocuments" },
  });
  rmSync(built, { recursive: true, force: true });
  const end = new Promise<void>((resolve) => { for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve()); });
  console.log(`\nOpen this address in a browser; Ctrl-C ends it:\n\n  ${workbench.url(notebooks).href}\n`);
  await end;
  await workbench.dispose();
}
