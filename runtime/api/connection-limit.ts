import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Bounds the open connections. One too many ends the one that has said nothing for longest, so that a crowd of silent
 * connections keeps nobody out; where all of them are at work, the new one is refused.
 */
export class ConnectionLimit {
  readonly #most: number;
  #open = 0;
  /** Without a request that is being answered; the longest idle first. */
  readonly #idle = new Set<Socket>();
  /** Requests that are being answered, where there are any. */
  readonly #busy = new WeakMap<Socket, number>();

  constructor(most: number) {
    this.#most = most;
  }

  listen(server: Server): void {
    server.on("connection", (socket: Socket) => {
      this.#open++;
      this.#idle.add(socket);
      socket.once("close", () => {
        this.#open--;
        this.#idle.delete(socket);
      });
      if (this.#open > this.#most) this.#makeRoom();
    });
  }

  /** To be told of every request that a route answers. */
  answering({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#idle.delete(socket);
    this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const left = (this.#busy.get(socket) ?? 1) - 1;
      this.#busy.set(socket, left);
      if (left === 0 && !socket.destroyed) this.#idle.add(socket);
    });
  }

  #makeRoom(): void {
    for (const socket of this.#idle) {
      // It counts as gone from here on: its `close` comes with a later turn.
      this.#idle.delete(socket);
      return void socket.destroy();
    }
  }
}
