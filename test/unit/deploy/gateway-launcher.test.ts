import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createDecipheriv, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { packageRoot } from "../../../runtime/entry.ts";

const LAUNCHER = join(packageRoot(), "deploy", "kubernetes", "enterprise-gateway", "launch-retort.mjs");
/** In the place of a kernel: shows its connection file, counts interrupts, ends when it is told to. */
const KERNEL = "console.log(require('fs').readFileSync(process.argv[1], 'utf8')); process.on('SIGINT', () => console.log('interrupted')); process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000)";

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus) if (e & 1n) result = (result * b) % modulus;
  return result;
}

/** What the gateway does with what a launcher sends. By hand, because Node no longer decrypts this padding. */
function opened(payload: string, jwk: JsonWebKey): { version: number; info: Record<string, unknown> } {
  const { version, key, conn_info: sealed } = JSON.parse(Buffer.from(payload, "base64").toString()) as { version: number; key: string; conn_info: string };
  const number = (field: string | undefined): bigint => BigInt(`0x${Buffer.from(field ?? "", "base64url").toString("hex")}`);
  const padded = Buffer.from(power(BigInt(`0x${Buffer.from(key, "base64").toString("hex")}`), number(jwk.d), number(jwk.n)).toString(16).padStart(256, "0"), "hex");
  assert.deepEqual([padded[0], padded[1]], [0, 2], "PKCS #1 v1.5");
  const aes = createDecipheriv("aes-128-ecb", padded.subarray(padded.indexOf(0, 2) + 1), null);
  return { version, info: JSON.parse(Buffer.concat([aes.update(Buffer.from(sealed, "base64")), aes.final()]).toString()) as Record<string, unknown> };
}

describe("the launcher for Jupyter Enterprise Gateway", function () {
  this.timeout(60_000);
  let gateway: Server;
  before(async () => {
    gateway = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
    await once(gateway, "listening");
  });
  after(() => gateway.close());

  it("tells the gateway encrypted where the kernel listens, and passes its signals on", async () => {
    // The gateway's own length.
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const child = spawn(process.execPath, [LAUNCHER, process.execPath, "-e", KERNEL], {
      env: { ...process.env, RESPONSE_ADDRESS: `127.0.0.1:${(gateway.address() as AddressInfo).port}`, PUBLIC_KEY: publicKey.export({ format: "der", type: "spki" }).toString("base64"), KERNEL_ID: "the-kernel", PORT_RANGE: "0..0" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const exit = once(child, "exit");
    let shown = "";
    child.stdout.on("data", (part: Buffer) => { shown += part.toString(); });
    const [socket] = await once(gateway, "connection") as [import("node:net").Socket];
    const payload = await text(socket);
    socket.end();
    const { version, info } = opened(payload, privateKey.export({ format: "jwk" }));
    assert.equal(version, 1);
    assert.equal(info["kernel_id"], "the-kernel");
    const ports = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port", "comm_port"].map((name) => info[name]);
    assert.equal(new Set(ports).size, 6);
    while (!shown.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 10));
    const file = JSON.parse(shown.split("\n")[0] ?? "") as Record<string, unknown>;
    assert.deepEqual(Object.entries(file).filter(([name, value]) => info[name] !== value), [], "the gateway is told what the kernel's file says");

    const say = async (request: string): Promise<void> => {
      const asked = connect(info["comm_port"] as number, "127.0.0.1");
      asked.end(request);
      await once(asked, "close");
    };
    await say('{"signum":0}');
    await say("not a request");
    await say('{"signum":2}');
    while (!shown.includes("interrupted")) await new Promise((resolve) => setTimeout(resolve, 10));
    await say('{"shutdown":1}');
    assert.equal((await exit)[0], 7, "the kernel's own exit code");
  });

  it("says how it is called", async () => {
    const child = spawn(process.execPath, [LAUNCHER], { env: { PATH: process.env.PATH }, stdio: ["ignore", "ignore", "pipe"] });
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit") as Promise<[number]>]);
    assert.match(said, /RESPONSE_ADDRESS/);
    assert.equal(code, 2);
  });
});
