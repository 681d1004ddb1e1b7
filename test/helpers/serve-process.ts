import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { entryPath } from "../../runtime/entry.ts";
import { testHome } from "./models.ts";

/** A `retort serve` in the foreground of a process of its own. */
export interface ServeProcess {
  /** Address without `/v1`. */
  url: string;
  pid: number;
  dispose(): Promise<void>;
}

/** Starts `retort serve` on a free port and waits for its address. */
export async function startServe(args: string[]): Promise<ServeProcess> {
  const home = mkdtempSync(join(tmpdir(), "retort-serve-"));
  const child = spawn(process.execPath, [entryPath("retort"), "serve", "--port", "0", ...args], {
    env: { ...process.env, RETORT_HOME: home, RETORT_MODELS: join(testHome(), "models") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const url = await firstAddress(child.stdout);
  return {
    url,
    pid: child.pid ?? 0,
    async dispose() {
      child.kill("SIGTERM");
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function firstAddress(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const match = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
    if (match !== null) {
      output.resume();
      return match[0];
    }
  }
  throw new Error("retort serve ended without saying its address");
}
