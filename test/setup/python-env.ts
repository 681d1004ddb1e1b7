import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";

/** Makes `.cache/venv` hold exactly test/clients/requirements.txt and our package for papermill. Does nothing when it already does. */
export function ensurePythonEnvironment(): void {
  const root = packageRoot();
  const folder = join(root, ".cache", "venv");
  const requirements = join(root, "test", "clients", "requirements.txt");
  const stamp = join(folder, "requirements.sha256");
  const sources = [requirements, join(root, "kernel", "papermill", "retort_papermill", "__init__.py")];
  const wanted = sources.reduce((hash, file) => hash.update(readFileSync(file)), createHash("sha256")).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  console.log("Installing the Python test clients into .cache/venv (once, about a minute) …");
  rmSync(folder, { recursive: true, force: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  const python = join(folder, "bin", "python");
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements], { stdio: "inherit" });
  installPapermillPackage(python, root);
  writeFileSync(stamp, wanted);
}

/** The small package that teaches papermill our parameter syntax, installed as users would install it. */
function installPapermillPackage(python: string, root: string): void {
  const result = spawnSync(python, ["-m", "pip", "install", "--quiet", join(root, "kernel", "papermill")], { stdio: "inherit" });
  if (result.status !== 0) throw new Error("Installing kernel/papermill into the test environment failed.");
}
