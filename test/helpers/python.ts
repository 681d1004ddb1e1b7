import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";

/** The interpreter of the tests' own virtual environment, which `npm test` sets up. */
export function pythonPath(): string {
  const bin = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  const path = join(packageRoot(), ".cache", "venv", ...bin);
  if (!existsSync(path)) throw new Error(`The tests' Python environment is missing (${path}). Run npm test once: it creates it.`);
  return path;
}
