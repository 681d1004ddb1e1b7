import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Disposable } from "../../../runtime/dispose.ts";
import { parseConnection, type Connection } from "../connection-file.ts";

const HOST = "127.0.0.1";

/** A connection file that only this user may read, in a folder of its own. Disposing removes it. */
export interface ConnectionFile extends Disposable {
  readonly path: string;
  readonly connection: Connection;
}

/** Chooses free ports and a random key, and writes them where a kernel will find them. */
export async function createConnectionFile(kernelName: string): Promise<ConnectionFile> {
  const [shell, iopub, stdin, control, hb] = await freePorts(5);
  const fields = {
    transport: "tcp",
    ip: HOST,
    shell_port: shell,
    iopub_port: iopub,
    stdin_port: stdin,
    control_port: control,
    hb_port: hb,
    key: randomBytes(32).toString("hex"),
    signature_scheme: "hmac-sha256",
    kernel_name: kernelName,
  };
  const folder = await mkdtemp(join(tmpdir(), "retort-kernel-"));
  const path = join(folder, "connection.json");
  const text = JSON.stringify(fields);
  await writeFile(path, text, { mode: 0o600 });
  return { path, connection: parseConnection(text, path), dispose: () => rm(folder, { recursive: true, force: true }) };
}

/** Ports that nobody listens on now. All are held until the last is known, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, HOST, () => resolve(server));
  });
}
