import { setTimeout as sleep } from "node:timers/promises";
import { RetortError } from "../../runtime/errors.ts";
import type { Connection } from "./connection-file.ts";

/** Larger messages are hostile or a mistake; zeromq disconnects their sender before they fill the memory. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
/** How long closed sockets may go on sending. */
export const LINGER_MS = 1_000;
/** After a restart the ports are free again as soon as the old kernel is gone. */
const BIND_PATIENCE_MS = 3_000;
const BIND_RETRY_MS = 20;

/** Options that every socket of the kernel shares. */
export interface SocketOptions {
  linger: number;
  maxMessageSize: number;
  ipv6: boolean;
  curveServer?: boolean;
  curvePublicKey?: string;
  curveSecretKey?: string;
}

/** The options that `connection` asks for. */
export function socketOptions(connection: Connection): SocketOptions {
  const { curve } = connection;
  const keys = curve === null ? {} : { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey };
  return { linger: LINGER_MS, maxMessageSize: MAX_MESSAGE_BYTES, ipv6: connection.ip.includes(":"), ...keys };
}

interface Bindable {
  bind(address: string): Promise<void>;
}

/** Binds, waiting a while for another process to let go of the port. Rejects with a coded error. */
export async function bind(socket: Bindable, address: string): Promise<void> {
  const deadline = performance.now() + BIND_PATIENCE_MS;
  for (;;) {
    try {
      return await socket.bind(address);
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!taken || performance.now() > deadline) throw bindError(address, error, taken);
    }
    await sleep(BIND_RETRY_MS);
  }
}

function bindError(address: string, cause: unknown, taken: boolean): RetortError {
  if (taken) {
    return new RetortError({ code: "port_in_use", message: `The address ${address} of the connection file is taken by another program.`, hint: "Start the kernel again; the front end then chooses other ports." }, { cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RetortError({ code: "bind_failed", message: `The kernel cannot listen on ${address}: ${reason}.`, hint: "Check the ip and transport of the connection file." }, { cause });
}
