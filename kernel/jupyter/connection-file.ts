import { readFileSync, statSync } from "node:fs";
import { RetortError } from "../../runtime/errors.ts";
import { isJsonObject, type Json } from "./message.ts";

const PORTS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
export type PortName = (typeof PORTS)[number];

/** Z85 keys of the kernel's side of CURVE. */
export interface CurveKeys {
  publicKey: string;
  secretKey: string;
}

/** What a connection file says. */
export interface Connection {
  transport: "tcp" | "ipc";
  ip: string;
  ports: Record<PortName, number>;
  /** Empty: messages are not signed. */
  key: string;
  signatureScheme: string;
  curve: CurveKeys | null;
}

/** Reads a connection file. `warn` gets one line for each thing that is allowed but unsafe. Throws RetortError. */
export function readConnectionFile(path: string, warn: (line: string) => void): Connection {
  const connection = parseConnection(readText(path), path);
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
    warn(`Other users of this machine may read the connection file '${path}', and with it run code here. Give it mode 0600.`);
  }
  if (connection.key === "") warn("The connection file has an empty key: anyone who reaches the ports can run code here.");
  return connection;
}

/** The connection in the text of a file; `path` is for error messages. Throws RetortError. */
export function parseConnection(text: string, path: string): Connection {
  const fields = parseFields(text, path);
  const { transport = "tcp", ip = "127.0.0.1", key = "", signature_scheme: scheme = "hmac-sha256" } = fields;
  if (transport !== "tcp" && transport !== "ipc") throw invalid(path, `transport '${String(transport)}' is neither tcp nor ipc`);
  if (typeof ip !== "string" || ip === "") throw invalid(path, "ip is not a string");
  if (typeof key !== "string") throw invalid(path, "key is not a string");
  if (typeof scheme !== "string") throw invalid(path, "signature_scheme is not a string");
  const ports = Object.fromEntries(PORTS.map((name) => [name, portOf(fields, name, path)])) as Record<PortName, number>;
  if (new Set(Object.values(ports)).size < PORTS.length) throw invalid(path, "two channels have the same port");
  return { transport, ip, ports, key, signatureScheme: scheme, curve: curveOf(fields, path) };
}

/** The ZeroMQ address of one channel. */
export function addressOf(connection: Pick<Connection, "transport" | "ip" | "ports">, port: PortName): string {
  const number = connection.ports[port];
  if (connection.transport === "ipc") return `ipc://${connection.ip}-${number}`;
  const host = connection.ip.includes(":") ? `[${connection.ip}]` : connection.ip;
  return `tcp://${host}:${number}`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new RetortError(
      {
        code: "connection_file_unreadable",
        message: `The connection file '${path}' cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown reason"}).`,
        hint: "Start the kernel from a Jupyter front end; it writes this file.",
      },
      { cause: error },
    );
  }
}

function parseFields(text: string, path: string): Json {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    throw invalid(path, "it is not JSON"); // The parser's own message would quote the file, and with it the key.
  }
  if (!isJsonObject(fields)) throw invalid(path, "it is not a JSON object");
  return fields;
}

function portOf(fields: Json, name: PortName, path: string): number {
  const port = fields[name];
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(path, `${name} is not a port number`);
  return port;
}

/** Length of a CURVE key written as Z85. */
const Z85_KEY_LENGTH = 40;

function curveOf(fields: Json, path: string): CurveKeys | null {
  const { curve_publickey: publicKey, curve_secretkey: secretKey } = fields;
  if (secretKey === undefined || secretKey === null) return null;
  if (typeof publicKey !== "string" || typeof secretKey !== "string") throw invalid(path, "a CURVE key is not a string");
  if (publicKey.length !== Z85_KEY_LENGTH || secretKey.length !== Z85_KEY_LENGTH) throw invalid(path, "a CURVE key is not 40 characters long");
  return { publicKey, secretKey };
}

function invalid(path: string, reason: string): RetortError {
  return new RetortError({
    code: "connection_file_invalid",
    message: `The connection file '${path}' is not valid: ${reason}.`,
    hint: "Start the kernel from a Jupyter front end; it writes this file.",
  });
}
