// The process behind a kernelspec: dist/kernel.js {connection_file}. What it imports at once decides how fast it starts.
import { packageVersion } from "../runtime/entry.ts";
import { asRetortError } from "../runtime/errors.ts";
import { retortPaths } from "../runtime/paths.ts";
import type { Interpreter } from "./jupyter/interpreter.ts";
import { startKernel } from "./jupyter/start-kernel.ts";
import { DeferredInterpreter } from "./session/deferred-interpreter.ts";
import { kernelInfo } from "./session/kernel-info.ts";
import { openBackends, usualBackend } from "./session/open-client.ts";

async function openSession(version: string): Promise<Interpreter> {
  const [{ JsRunner }, { NotebookSession }, { BackendAccess }] = await Promise.all([
    import("./experiment/js/js-runner.ts"),
    import("./session/notebook-session.ts"),
    import("./session/backend-access.ts"),
  ]);
  return new NotebookSession({
    access: new BackendAccess(openBackends(process.env), usualBackend(process.env)),
    js: new JsRunner({ folder: process.cwd() }),
    version,
    folders: { notebook: process.cwd(), state: retortPaths().state },
    model: process.env.RETORT_MODEL,
  });
}

/** Resolves to the exit code when the kernel has ended. */
async function main(connectionFile: string): Promise<number> {
  const version = packageVersion();
  const interpreter = new DeferredInterpreter(() => kernelInfo(version), () => openSession(version));
  const parent = Number(process.env.JPY_PARENT_PID);
  const kernel = await startKernel({
    connectionFile,
    interpreter,
    statePath: retortPaths().state,
    signals: true,
    ...(Number.isInteger(parent) && parent > 0 ? { parentPid: parent } : {}),
  });
  // After the first kernel_info_reply, and well before anyone has typed a cell.
  void kernel.heartbeatReady.then(() => interpreter.warm(), () => undefined);
  const { reason } = await kernel.closed;
  return reason === "heartbeat" ? 1 : 0;
}

try {
  const connectionFile = process.argv[2];
  if (connectionFile === undefined) throw new Error("A connection file is missing. Jupyter starts this program; people use 'retort'.");
  process.exit(await main(connectionFile));
} catch (error) {
  const { message, hint } = asRetortError(error);
  process.stderr.write(`retort kernel: ${message}${hint === undefined ? "" : ` ${hint}`}\n`);
  process.exit(1);
}
