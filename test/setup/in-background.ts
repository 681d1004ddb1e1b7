import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";

/**
 * Installs what the suites need while those that need none of it run: it mostly waits for the network. Resolves to
 * whether all of it is there, after printing what the installation said, which goes to a file of `folder` until then.
 */
export function setUpInBackground(folder: string): () => Promise<boolean> {
  const log = join(folder, "setup.log");
  const output = openSync(log, "w");
  const child = spawn(process.execPath, ["--import", "tsx", join(packageRoot(), "test", "setup", "main.ts")], { cwd: packageRoot(), stdio: ["ignore", output, output] });
  closeSync(output);
  // What runs beside it has limits of time.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const ended = once(child, "close") as Promise<[code: number | null]>;
  return async () => {
    const [code] = await ended;
    process.stdout.write(readFileSync(log));
    return code === 0;
  };
}
