import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";

/** Copies what explains a failure to `.cache/vscode-logs/<name>`: the server's words, the extension host's and our own logs. */
export function copyLogs(name: string, from: { userData: string; retortHome: string; server: string }): string {
  const folder = join(packageRoot(), ".cache", "vscode-logs", name.replaceAll(/[^\w.-]+/g, "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "server.log"), from.server);
  const logs = join(from.userData, "logs");
  if (existsSync(logs)) cpSync(logs, join(folder, "workbench"), { recursive: true });
  const runtime = join(from.retortHome, "state", "runtime.log");
  if (existsSync(runtime)) cpSync(runtime, join(folder, "runtime.log"));
  return folder;
}
