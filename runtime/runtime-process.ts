// The runtime that clients start when they need one: found through its discovery file, ends by itself when idle.
import { asRetortError } from "./errors.ts";
import { auditFolder } from "./audit/audit-files.ts";
import { readConfig } from "./config-file.ts";
import { adaptersFromEnv } from "./models/adapters/named-adapters.ts";
import { retortPaths } from "./paths.ts";
import { namedModels, settingsFromEnv } from "./runtime-settings.ts";
import { startRuntime } from "./serve.ts";

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${JSON.stringify(line)}\n`);
}

async function main(): Promise<number> {
  const paths = retortPaths();
  const settings = settingsFromEnv(process.env, await readConfig(paths));
  const runtime = await startRuntime({ discoverable: true, settings, auditFolder: auditFolder(paths), models: namedModels(process.env), adapters: adaptersFromEnv(process.env), log });
  log(`runtime ${process.pid} listens on ${runtime.url}`);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => void runtime.dispose());
  }
  await runtime.ended;
  log(`runtime ${process.pid} has ended`);
  return 0;
}

// Explicitly, because kept-alive connections of clients would hold the process back.
process.exit(await main().catch((error: unknown) => {
  log(asRetortError(error).message);
  return 1;
}));
