// The runtime that clients start when they need one: found through its discovery file, ends by itself when idle.
import { settingsFromEnv } from "./runtime-settings.ts";
import { startRuntime } from "./serve.ts";

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${JSON.stringify(line)}\n`);
}

const runtime = await startRuntime({ discoverable: true, settings: settingsFromEnv(process.env), log });
log(`runtime ${process.pid} listens on ${runtime.url}`);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => void runtime.dispose());
}
await runtime.ended;
log(`runtime ${process.pid} has ended`);
process.exit(0);
