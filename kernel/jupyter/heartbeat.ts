import { Worker } from "node:worker_threads";
import type { Disposable } from "../../runtime/dispose.ts";
import { entryPath } from "../../runtime/entry.ts";
import { RetortError, type ErrorFields } from "../../runtime/errors.ts";
import type { SocketOptions } from "./bind.ts";

/** What the heartbeat thread is started with. */
export interface HeartbeatData {
  address: string;
  options: SocketOptions;
}

export type HeartbeatReport = { type: "ready" } | { type: "failed"; error: ErrorFields };

/** Answers heartbeats from a thread of its own, so that a busy kernel is not taken for a dead one. */
export class Heartbeat implements Disposable {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  /** Resolves when heartbeats are answered; rejects with a RetortError when they cannot be. */
  readonly ready: Promise<void>;

  constructor(data: HeartbeatData) {
    this.#worker = new Worker(entryPath("heartbeat"), { workerData: data, name: "heartbeat" });
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      this.#worker.once("message", (message: HeartbeatReport) => (message.type === "ready" ? resolve() : reject(new RetortError(message.error))));
      this.#worker.once("error", reject);
    });
  }

  /** Lets the thread close its socket and end by itself: zeromq does not survive the end of its thread in a receive. */
  async dispose(): Promise<void> {
    this.#worker.postMessage("stop");
    await this.#ended;
  }
}
