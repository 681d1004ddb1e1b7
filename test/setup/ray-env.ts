import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";
import { ensureProgramEnv } from "./program-env.ts";

/** The interpreter of an environment that holds exactly deploy/ray/requirements.txt. */
export function ensureRay(): string {
  return ensureProgramEnv("ray", join(packageRoot(), "deploy", "ray", "requirements.txt"), { cost: "half a gigabyte, about a minute" });
}
