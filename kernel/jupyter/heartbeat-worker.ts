/**
 * Entry of the heartbeat thread: sends back whatever arrives, also while the kernel's main thread computes.
 * Ends on the first message from the main thread. Receives the address and the socket options as worker data; posts "ready", or a bind error's fields.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Reply } from "zeromq";
import { asRetortError } from "../../runtime/errors.ts";
import { bind } from "./bind.ts";
import type { HeartbeatData, HeartbeatReport } from "./heartbeat.ts";

const { address, options } = workerData as HeartbeatData;
const report = (message: HeartbeatReport): void => parentPort?.postMessage(message);
const socket = new Reply(options);
try {
  await bind(socket, address);
  report({ type: "ready" });
} catch (error) {
  report({ type: "failed", error: asRetortError(error).fields() });
}
parentPort?.once("message", () => socket.close());
for await (const frames of socket) await socket.send(frames);
