import { RetortError } from "../../../runtime/errors.ts";
import type { FromWorker, HostMethod, ToWorker } from "./protocol.ts";

interface PendingCall {
  cell: number;
  /** The session is at work on it. */
  asked: boolean;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Calls from the worker to the session that wait for their answer. */
export class HostCalls {
  readonly #send: (message: FromWorker) => void;
  readonly #pending = new Map<number, PendingCall>();
  #next = 0;

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  call(cell: number, method: HostMethod, args: unknown[]): Promise<unknown> {
    const call = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { cell, asked: true, resolve, reject });
      this.#send({ type: "call", cell, call, method, args });
    });
  }

  /** `work`, or an error as soon as an interrupt ends `cell`. */
  async untilInterrupted<T>(cell: number, work: Promise<T>): Promise<T> {
    const key = this.#next++;
    const interrupted = new Promise<never>((_, reject) => this.#pending.set(key, { cell, asked: false, resolve: () => undefined, reject }));
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      this.#pending.delete(key);
    }
  }

  /** Whether `cell` waits for a model or for the user. */
  isWaiting(cell: number): boolean {
    return [...this.#pending.values()].some((pending) => pending.asked && pending.cell === cell);
  }

  receive(message: Extract<ToWorker, { type: "return" | "throw" }>): void {
    const pending = this.#pending.get(message.call);
    this.#pending.delete(message.call);
    if (message.type === "return") pending?.resolve(message.value);
    else pending?.reject(new RetortError(message.error));
  }

  /** Everything that `cell` waits for ends with an error, so that its code can end by itself. */
  interrupt(cell: number): void {
    for (const [key, pending] of this.#pending) {
      if (pending.cell !== cell) continue;
      this.#pending.delete(key);
      pending.reject(new RetortError({ code: "cancelled", message: "The cell was interrupted.", status: 499 }));
    }
  }
}
