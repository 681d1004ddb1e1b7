import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Disposable } from "../../../runtime/dispose.ts";
import { packageRoot } from "../../../runtime/entry.ts";
import type { LoadOrder, Shot } from "./load-order.ts";

/** Makes load in a process of its own, so that what the bench does meanwhile delays no request. */
export class LoadGenerator implements Disposable {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(join(packageRoot(), "test", "bench", "serving", "load-process.ts"), { execArgv: ["--import", "tsx"] });
  }

  /** One order at a time. Rejects when the process has ended. */
  async run(order: LoadOrder): Promise<Shot[]> {
    const ended = new AbortController();
    const gone = once(this.#process, "exit", { signal: ended.signal }).then(([code]) => {
      throw new Error(`The process that makes the load ended with ${code}.`);
    });
    gone.catch(() => undefined);
    try {
      this.#process.send(order);
      const [shots] = await Promise.race([once(this.#process, "message", { signal: ended.signal }), gone]) as [Shot[]];
      return shots;
    } finally {
      ended.abort();
    }
  }

  async dispose(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    await exited;
  }
}
