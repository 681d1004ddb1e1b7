import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";

/** The interpreter of an environment that holds exactly deploy/ray/requirements.txt, half a gigabyte, made on first use. */
export function ensureRay(): string {
  const folder = join(packageRoot(), ".cache", "ray");
  const requirements = join(packageRoot(), "deploy", "ray", "requirements.txt");
  const stamp = join(folder, "requirements.sha256");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const python = join(folder, "bin", "python");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  console.log("Installing Ray into .cache/ray (once, about a minute) …");
  rmSync(folder, { recursive: true, force: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r", requirements], { stdio: "inherit" });
  writeFileSync(stamp, wanted);
  return python;
}
