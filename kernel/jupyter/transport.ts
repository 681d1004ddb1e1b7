import type { Message } from "./message.ts";

/** Channels that bring requests (or, on stdin, answers) to the kernel. */
export type InboundChannel = "shell" | "control" | "stdin";
export type OutboundChannel = InboundChannel | "iopub";

/** What the kernel's core needs of its sockets. */
export interface Transport {
  /** Queues `message`; messages of one channel arrive in order. Throws TypeError when it cannot be written as JSON. */
  send(channel: OutboundChannel, message: Message): void;
}
