import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { connectRuntime } from "../../runtime/client/connect.ts";
import { readRecord, type RuntimeRecord } from "../../runtime/client/discovery.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import type { Precision } from "../../runtime/models/model.ts";
import { RetortError } from "../../runtime/errors.ts";
import { retortPaths } from "../../runtime/paths.ts";
import { testHome } from "../helpers/models.ts";
import { isRunning } from "../vscode/workbench/processes.ts";

const POLL_MS = 50;

/** A runtime of its own, started as every client starts one. */
export interface RuntimeUnderTest {
  client: RuntimeClient;
  /** Where it listens, with its key and its process. */
  record: RuntimeRecord;
  /** Environment in which a kernel finds this runtime. */
  env: NodeJS.ProcessEnv;
  dispose(): Promise<void>;
}

/** Starts a runtime with `settings` (its `RETORT_…` variables) and makes `model` ready. */
export async function startRuntimeUnderTest(model: string, settings: Record<string, string> = {}, precision?: Precision): Promise<RuntimeUnderTest> {
  const runtime = await startIdleRuntime(model, settings);
  await runtime.client.load(model, precision);
  return runtime;
}

/** The same with nothing in memory yet. */
export async function startIdleRuntime(model: string, settings: Record<string, string> = {}): Promise<RuntimeUnderTest> {
  const home = mkdtempSync(join(tmpdir(), "retort-bench-"));
  const env = { ...process.env, ...settings, RETORT_HOME: home, RETORT_MODELS: join(testHome(), "models"), RETORT_MODEL: model };
  const client = await connectRuntime({ env, paths: retortPaths(env) });
  const record = await readRecord(retortPaths(env));
  if (record === null) throw new RetortError({ code: "no_record", message: "The runtime has written no record.", hint: "Look whether it ended again." });
  return {
    client,
    record,
    env,
    async dispose() {
      await client.shutdown();
      await client.dispose();
      // It writes its last files when it ends.
      while (isRunning(record.pid)) await sleep(POLL_MS);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
