/** A kernel process around the fake interpreter: for tests of signals, parent death and clients that start kernels. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKernel } from "../../kernel/jupyter/start-kernel.ts";
import { FakeInterpreter } from "./fake-interpreter.ts";

const { JPY_PARENT_PID: parent, FAKE_KERNEL_STATE: state } = process.env;
const kernel = await startKernel({
  connectionFile: process.argv[2] ?? "",
  interpreter: new FakeInterpreter(),
  statePath: state ?? join(tmpdir(), `fake-kernel-${process.pid}`),
  signals: true,
  ...(parent === undefined ? {} : { parentPid: Number(parent) }),
});
await kernel.closed;
process.exit(0);
