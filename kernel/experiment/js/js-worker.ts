// Worker thread that runs the `%%js` cells of one notebook.
import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { cellGlobals } from "./cell-globals.ts";
import { Evaluator } from "./evaluator.ts";
import { HostCalls } from "./host-calls.ts";
import { jsError } from "./js-error.ts";
import { Definitions } from "./definitions.ts";
import { CellOutput } from "./output.ts";
import { doTask, withinWait } from "./tasks.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

const { folder, waitMs } = workerData as { folder: string; waitMs: number };
const port = parentPort;
if (port === null) throw new Error("js-worker runs as a worker thread only.");

const send = (message: FromWorker) => port.postMessage(message);
const currentCell = new AsyncLocalStorage<number>();
let latestCell = 0;
const cellNow = () => currentCell.getStore() ?? latestCell;

const output = new CellOutput(send, cellNow);
const calls = new HostCalls(send);
const evaluator = new Evaluator(folder);
const definitions = new Definitions();
let running = 0;
const functions = cellGlobals(output, {
  call: (method, args) => calls.call(cellNow(), method, args),
  sleep: (ms) => calls.untilInterrupted(cellNow(), sleep(ms)),
  definitions,
});
Object.assign(globalThis, functions, { console: output.console(), require: createRequire(join(folder, "cell.js")) });

// An error in a timer or a forgotten promise belongs to a cell that has ended; it must not end the worker.
const reportLate = (error: unknown) => output.print("stderr", `${jsError(error).traceback.join("\n")}\n`);
process.on("uncaughtException", reportLate);
process.on("unhandledRejection", reportLate);

port.on("message", (message: ToWorker) => {
  if (message.type === "run") void currentCell.run(message.cell, () => run(message));
  else if (message.type === "invoke") void currentCell.run(message.cell, () => invoke(message));
  else if (message.type === "interrupt") calls.interrupt(message.cell);
  else calls.receive(message);
});

async function run({ cell, code, vars, results }: Extract<ToWorker, { type: "run" }>): Promise<void> {
  latestCell = cell;
  send({ type: "started", cell });
  share({ ...vars, ...results });
  Object.assign(globalThis, { vars });
  running += 1;
  try {
    const evaluation = await calls.untilInterrupted(cell, evaluator.evaluate(code, `cell-${cell}.js`));
    if (!evaluation.ok) throw evaluation.error;
    const text = evaluation.value === undefined ? null : inspect(evaluation.value, { depth: 4 });
    send({ type: "done", cell, value: text, vars });
  } catch (error) {
    send({ type: "error", cell, error: jsError(error) });
  } finally {
    running -= 1;
  }
}

async function invoke({ cell, task, vars, results }: Extract<ToWorker, { type: "invoke" }>): Promise<void> {
  send({ type: "started", cell });
  share({ ...vars, ...results });
  // A cell that is running (and waits for `run()`) keeps its own `vars`: what it sets there would be lost.
  if (running === 0) Object.assign(globalThis, { vars });
  try {
    const bound = task.kind === "expression" ? { ...task, scope: { ...task.scope, vars } } : task;
    send({ type: "returned", cell, value: await calls.untilInterrupted(cell, withinWait(doTask(bound, definitions), waitMs, () => calls.isWaiting(cell))) });
  } catch (error) {
    send({ type: "error", cell, error: jsError(error) });
  }
}

/** Names of the notebook as globals; a function of ours is never covered by one. */
function share(names: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(names)) {
    if (!(name in functions)) Object.assign(globalThis, { [name]: value });
  }
}
