// The least that a kernel on zeromq.js can do: four signed messages for each request, and nothing else.
// Shows how much of a round trip is the transport's.
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Publisher, Router } from "zeromq";

const connection = JSON.parse(readFileSync(process.argv[2], "utf8"));
const shell = new Router();
const control = new Router();
const iopub = new Publisher();
await Promise.all([[shell, "shell_port"], [control, "control_port"], [iopub, "iopub_port"]].map(([socket, port]) => socket.bind(`tcp://${connection.ip}:${connection[port]}`)));

function frames(type, content, parent) {
  const header = { msg_id: randomUUID(), msg_type: type, session: "bare", username: "kernel", date: new Date().toISOString(), version: "5.3" };
  const parts = [JSON.stringify(header), parent, "{}", JSON.stringify(content)];
  const hmac = createHmac("sha256", connection.key);
  for (const part of parts) hmac.update(part);
  return ["<IDS|MSG>", hmac.digest("hex"), ...parts];
}

async function answer(received) {
  const start = received.findIndex((frame) => frame.toString() === "<IDS|MSG>");
  const parent = received[start + 2].toString();
  const type = JSON.parse(parent).msg_type;
  const { code } = JSON.parse(received[start + 5].toString());
  const publish = (kind, content) => iopub.send([kind, ...frames(kind, content, parent)]);
  await publish("status", { execution_state: "busy" });
  if (type === "execute_request") await publish("execute_input", { code, execution_count: 1 });
  if (code?.startsWith("flood ") === true) await publish("stream", { name: "stdout", text: "token ".repeat(Number(code.slice(6))) });
  await shell.send([...received.slice(0, start), ...frames(type.replace("_request", "_reply"), { status: "ok", execution_count: 1, payload: [], user_expressions: {} }, parent)]);
  await publish("status", { execution_state: "idle" });
}

void control.receive().then(() => process.exit(0));
for await (const received of shell) await answer(received);
