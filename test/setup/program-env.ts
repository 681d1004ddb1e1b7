import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";

export interface ProgramEnvOptions {
  /** Packages that exist as source only: compiled once, their wheels kept in `.cache/wheels`. */
  compiled?: readonly string[];
  /** Settings of that compilation. */
  env?: Readonly<Record<string, string>>;
  /** Size and time, for the line that is shown before. */
  cost: string;
}

/**
 * Path of the interpreter of `.cache/programs/<name>`, which holds exactly a requirements file. Does nothing when it
 * already does. Throws with pip's own words where a package cannot be had.
 */
export function ensureProgramEnv(name: string, requirements: string, options: ProgramEnvOptions): string {
  const folder = join(packageRoot(), ".cache", "programs", name);
  const stamp = join(folder, "requirements.sha256");
  const python = join(folder, "bin", "python");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;

  console.log(`Installing ${name} into .cache/programs/${name} (once, ${options.cost}) …`);
  rmSync(folder, { recursive: true, force: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  const wheels = join(packageRoot(), ".cache", "wheels");
  mkdirSync(wheels, { recursive: true });
  const pip = (...args: string[]): void => {
    execFileSync(python, ["-m", "pip", "--quiet", "--disable-pip-version-check", ...args], { stdio: "inherit", env: { ...process.env, ...options.env } });
  };
  for (const each of options.compiled ?? []) pip("wheel", "--no-deps", "--find-links", wheels, "--wheel-dir", wheels, each);
  pip("install", "--only-binary", ":all:", "--find-links", wheels, "-r", requirements);
  writeFileSync(stamp, wanted);
  return python;
}
