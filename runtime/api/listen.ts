import type { AddressInfo } from "node:net";

import type { FastifyInstance } from "fastify";

import { RetortError, type ErrorFields } from "../errors.ts";

/** Why a server cannot listen, by Node's code. */
const REASONS: Record<string, (host: string, port: number) => ErrorFields> = {
  EADDRINUSE: (host, port) => ({
    code: "port_in_use",
    message: `Another program listens on ${host}:${port} already.`,
    hint: "Choose another port with --port, or end that program.",
  }),
  EACCES: (host, port) => ({
    code: "port_refused",
    message: `Listening on ${host}:${port} is not permitted.`,
    hint: "Choose a port above 1023 with --port.",
  }),
  EADDRNOTAVAIL: (host) => ({
    code: "address_unknown",
    message: `This machine has no address ${host}.`,
    hint: "Use --host 127.0.0.1, or ::1 where there is only IPv6.",
  }),
  ENOTFOUND: (host) => ({
    code: "address_unknown",
    message: `The host name ${host} is not known.`,
    hint: "Use --host 127.0.0.1, or ::1 where there is only IPv6.",
  }),
};

/** Lets the server listen and resolves to its base URL. */
export async function listenOn(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ""];
    throw reason === undefined ? error : new RetortError(reason(host, port), { cause: error });
  }
  const { port: chosen } = app.server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${chosen}`;
}
