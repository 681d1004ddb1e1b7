import { spawn } from "node:child_process";
import { open, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { entryPath } from "../entry.ts";
import { cancelled, RetortError } from "../errors.ts";
import type { RetortPaths } from "../paths.ts";
import { readRecord, type RuntimeRecord } from "./discovery.ts";

const POLL_MS = 20;
const START_TIMEOUT_MS = 30_000;
const MAX_LOG_BYTES = 1024 * 1024;
const LOG_TAIL_CHARS = 2000;

/**
 * Starts dist/runtime.js as a process of its own that outlives this one, and waits for its discovery file.
 * Errors: `runtime_start_failed` with the end of its log, `cancelled`.
 */
export async function spawnRuntime(paths: RetortPaths, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<RuntimeRecord> {
  const logPath = join(paths.state, "runtime.log");
  const log = await openLog(logPath);
  // Inside VS Code `execPath` is Electron, which is a plain Node only with this variable.
  const child = spawn(process.execPath, [entryPath("runtime")], {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    env: { ...env, ELECTRON_RUN_AS_NODE: "1" },
  });
  let ended: string | null = null;
  child.once("error", (error) => { ended = error.message; });
  child.once("exit", (code, how) => { ended = `exit ${code ?? how}`; });
  child.unref();
  await log.close();

  const deadline = performance.now() + START_TIMEOUT_MS;
  while (ended === null && performance.now() < deadline) {
    const record = await readRecord(paths);
    if (record !== null && record.pid === child.pid) return record;
    if (signal?.aborted === true) throw cancelled();
    await sleep(POLL_MS);
  }
  throw await startFailed(ended ?? `no answer within ${START_TIMEOUT_MS / 1000} s`, logPath);
}

async function openLog(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  const log = await open(path, "a", 0o600);
  if ((await stat(path)).size > MAX_LOG_BYTES) await truncate(path);
  return log;
}

async function startFailed(how: string, logPath: string): Promise<RetortError> {
  const tail = (await readFile(logPath, "utf8")).slice(-LOG_TAIL_CHARS).trim();
  const last = tail.split("\n").at(-1) ?? "";
  return new RetortError({
    code: "runtime_start_failed",
    message: `The runtime did not start (${how})${last === "" ? "" : `: ${last}`}.`,
    hint: `Look into ${logPath}, or run \`retort doctor\`.`,
    status: 503,
  });
}
