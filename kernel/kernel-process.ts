// The process behind a kernelspec: dist/kernel.js {connection_file}.
import { packageVersion } from "../runtime/entry.ts";
import { asRetortError } from "../runtime/errors.ts";
import { retortPaths } from "../runtime/paths.ts";
import { JsRunner } from "./experiment/js/js-runner.ts";
import { startKernel } from "./jupyter/start-kernel.ts";
import { NotebookSession } from "./session/notebook-session.ts";
import { RuntimeAccess, type OpenClient } from "./session/runtime-access.ts";

/** The user's own runtime, or the server that `RETORT_URL` names. Loaded with the first cell that needs a model. */
const openClient: OpenClient = async (onStep, signal) => {
  const { connectRemote, connectRuntime } = await import("../runtime/client/connect.ts");
  const url = process.env.RETORT_URL;
  if (url !== undefined && url !== "") return connectRemote({ url, key: process.env.RETORT_API_KEY ?? null });
  return await connectRuntime({ onProgress: onStep, signal });
};

async function main(connectionFile: string): Promise<void> {
  const session = new NotebookSession({
    access: new RuntimeAccess(openClient),
    js: new JsRunner({ folder: process.cwd() }),
    version: packageVersion(),
    model: process.env.RETORT_MODEL,
  });
  const parent = Number(process.env.JPY_PARENT_PID);
  const kernel = await startKernel({
    connectionFile,
    interpreter: session,
    statePath: retortPaths().state,
    signals: true,
    ...(Number.isInteger(parent) && parent > 0 ? { parentPid: parent } : {}),
  });
  await kernel.closed;
}

try {
  const connectionFile = process.argv[2];
  if (connectionFile === undefined) throw new Error("A connection file is missing. Jupyter starts this program; people use 'retort'.");
  await main(connectionFile);
  process.exit(0);
} catch (error) {
  const { message, hint } = asRetortError(error);
  process.stderr.write(`retort kernel: ${message}${hint === undefined ? "" : ` ${hint}`}\n`);
  process.exit(1);
}
