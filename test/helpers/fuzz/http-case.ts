import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Bytes for an HTTP server, as latin1 so that a failing case can be printed and sent again. */
export interface HttpCase {
  kind: string;
  /** Sent one after the other, with a turn of the event loop between them. */
  pieces: string[];
  /** What the client does then: waits for the answer, closes its half, or tears the connection down. */
  then: "wait" | "half-close" | "reset";
}

const PATIENCE_MS = 20_000;

/** Everything that the server answers until it closes the connection. Rejects where it never does. */
export function sendCase(port: number, { pieces, then }: HttpCase): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: false });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error("The server neither answered nor closed the connection."));
    }, PATIENCE_MS);
    socket.on("data", (chunk) => chunks.push(chunk));
    // A server that closes while bytes are on their way resets the connection.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
    socket.once("connect", () => void (async () => {
      for (const piece of pieces) {
        if (!socket.writable) return;
        socket.write(Buffer.from(piece, "latin1"));
        if (pieces.length > 1) await sleep(0);
      }
      if (then === "half-close") socket.end();
      if (then === "reset") socket.resetAndDestroy();
    })());
  });
}
