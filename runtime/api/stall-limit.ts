import type { ServerResponse } from "node:http";

/**
 * Ends the connection of a reader that takes nothing of its answer for `ms`. Every write that gets through starts the
 * time anew. To be called when the answer begins: work may be silent for as long as it likes before.
 */
export function limitStall(response: ServerResponse, ms: number): void {
  const { socket } = response;
  // Pipelined, and not its turn yet.
  if (socket === null) return;
  socket.setTimeout(ms);
  // First of the listeners: Node then sets the time for which the connection may be idle.
  response.prependOnceListener("finish", () => socket.setTimeout(0));
}
