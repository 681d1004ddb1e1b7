#!/usr/bin/env node
// Starts a Retort kernel in a pod of Jupyter Enterprise Gateway: makes its connection file, tells the gateway encrypted
// where it listens, and passes the gateway's signals on. What the gateway says comes in variables, as its own launchers
// take it; PORT_RANGE is two numbers such as 40000..41000, or 0..0 for any.
import { spawn } from "node:child_process";
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { constants as system, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** The version of the gateway's protocol for launchers. */
const PAYLOAD_VERSION = 1;
/** Names under which the gateway gives the same thing, new and old. */
const given = (name) => process.env[name] || process.env[`EG_${name}`] || "";
const CHANNELS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"];
const PORT_TRIES = 50;
const MAX_REQUEST_BYTES = 64 * 1024;
const SIGNALS = new Set([2, 9, 15]);
const SHUTDOWN_GRACE_MS = 5000;

const kernelProgram = process.argv.slice(2);
if (kernelProgram.length === 0 || given("RESPONSE_ADDRESS") === "" || given("PUBLIC_KEY") === "") {
  console.error("Usage: launch-retort.mjs PROGRAM [ARGUMENT…], with RESPONSE_ADDRESS, PUBLIC_KEY, KERNEL_ID and PORT_RANGE set by the gateway");
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), "retort-kernel-"));
const range = portRange(given("PORT_RANGE"));
const comm = await listen(range);
const held = [];
while (held.length < CHANNELS.length) held.push(await listen(range));
const connection = {
  transport: "tcp",
  // The gateway connects from another pod; the key below signs every message.
  ip: "0.0.0.0",
  key: randomUUID(),
  signature_scheme: "hmac-sha256",
  ...Object.fromEntries(CHANNELS.map((channel, i) => [channel, held[i].address().port])),
};
const file = join(folder, "connection.json");
await writeFile(file, JSON.stringify(connection), { mode: 0o600 });
await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));

const kernel = spawn(kernelProgram[0], [...kernelProgram.slice(1), file], { stdio: ["ignore", "inherit", "inherit"] });
const ended = new Promise((resolve) => {
  kernel.once("exit", (code, signal) => resolve(code ?? 128 + system.signals[signal]));
  kernel.once("error", (error) => { console.error(`The kernel did not start: ${error.message}`); resolve(1); });
});
comm.on("connection", (socket) => void obey(socket));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => kernel.kill(signal));
await tell({ ...connection, pid: kernel.pid, pgid: process.pid, comm_port: comm.address().port, kernel_id: given("KERNEL_ID") });
const code = await ended;
comm.close();
await rm(folder, { recursive: true, force: true });
process.exit(code);

/** One request of the gateway: a signal for the kernel (0 only asks whether it lives), or its end. */
async function obey(socket) {
  socket.setTimeout(SHUTDOWN_GRACE_MS, () => socket.destroy());
  const request = await read(socket);
  if (request === null) return;
  if (SIGNALS.has(request.signum)) kernel.kill(request.signum);
  if (request.shutdown) {
    kernel.kill("SIGTERM");
    setTimeout(() => kernel.kill("SIGKILL"), SHUTDOWN_GRACE_MS).unref();
  }
}

/** Null for what is no request. */
async function read(socket) {
  try {
    let bytes = 0;
    socket.on("data", (part) => { if ((bytes += part.length) > MAX_REQUEST_BYTES) socket.destroy(); });
    const value = JSON.parse(await text(socket));
    return typeof value === "object" ? value : null;
  } catch (error) {
    console.error(`A request on the gateway's port was not understood: ${error.message}`);
    return null;
  }
}

/** AES for the text, RSA for its key: the form that the gateway reads. */
function sealed(info) {
  const key = randomBytes(16);
  const cipher = createCipheriv("aes-128-ecb", key, null);
  const encrypted = Buffer.concat([cipher.update(JSON.stringify(info)), cipher.final()]);
  const publicKey = createPublicKey({ key: Buffer.from(given("PUBLIC_KEY"), "base64"), format: "der", type: "spki" });
  const payload = { version: PAYLOAD_VERSION, key: publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key).toString("base64"), conn_info: encrypted.toString("base64") };
  return Buffer.from(JSON.stringify(payload)).toString("base64");
}

function tell(info) {
  const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(given("RESPONSE_ADDRESS")) ?? [];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.end(sealed(info)));
    socket.once("close", resolve);
    socket.once("error", reject);
  });
}

function portRange(words) {
  const [, least = "0", most = "0"] = /^(\d+)\.\.(\d+)$/.exec(words) ?? [];
  return { least: Number(least), most: Number(most) };
}

async function listen({ least, most }) {
  for (let tries = 1; ; tries++) {
    const port = most > least ? least + Math.floor(Math.random() * (most - least + 1)) : 0;
    const server = createServer({ allowHalfOpen: true });
    try {
      await new Promise((resolve, reject) => server.once("error", reject).listen(port, "0.0.0.0", resolve));
      return server;
    } catch (error) {
      if (tries === PORT_TRIES) throw error;
    }
  }
}
