/** Entry of the engine child. Argument: the back end to use. Speaks the messages of protocol.ts over its IPC channel. */
import type { GpuChoice } from "./engine.ts";
import { EngineServer } from "./engine-server.ts";
import { LocalEngine } from "./local-engine.ts";
import type { ParentMessage } from "./protocol.ts";

const send = process.send?.bind(process);
if (send === undefined) {
  process.stderr.write("This file is started by the runtime, not by hand.\n");
  process.exit(2);
}

const log = (line: string): void => void process.stderr.write(`[engine] ${line}\n`);
const engine = new LocalEngine((process.argv[2] ?? "auto") as GpuChoice, log);
const server = new EngineServer(engine, (message) => void send(message, undefined, undefined, (error) => { if (error !== null) end(); }));

process.on("message", (message) => void server.receive(message as ParentMessage));
// The parent is gone. Native threads may be at work, so nothing is tidied up: the system frees the memory at once.
process.on("disconnect", end);
// Ctrl-C in a terminal reaches the whole process group; the parent decides when the engine ends.
process.on("SIGINT", () => log("interrupt left to the runtime"));

function end(): void {
  process.kill(process.pid, "SIGKILL");
}
