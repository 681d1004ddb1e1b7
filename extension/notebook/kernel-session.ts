import type { ExecuteOptions, ExecuteReply } from "../../kernel/jupyter/client/execution.ts";
import type { KernelClient } from "../../kernel/jupyter/client/kernel-client.ts";
import type { Disposable } from "../../runtime/dispose.ts";
import { RetortError } from "../../runtime/errors.ts";

export interface KernelSessionParts {
  /** Starts a process. */
  start(): Promise<KernelClient>;
  /** The kernel ended without having been asked to. */
  onDeath(error: RetortError): void;
}

/** The kernel of one notebook: started when first needed, and again after it died. */
export class KernelSession implements Disposable {
  readonly #parts: KernelSessionParts;
  #client: Promise<KernelClient> | null = null;
  #disposed = false;

  constructor(parts: KernelSessionParts) {
    this.#parts = parts;
  }

  /** True when a kernel runs or is being started. */
  get active(): boolean {
    return this.#client !== null;
  }

  /** The running kernel, started where there is none. Rejects with the errors of `start` (`kernel_not_started` for `kernel_died`), `kernel_stopped`. */
  async client(): Promise<KernelClient> {
    if (this.#disposed) throw stopped();
    this.#client ??= this.#start();
    return await this.#client;
  }

  /** Runs a cell. Rejects with what `client` rejects with, and `kernel_died`, `kernel_restarted`, `kernel_stopped`. */
  async execute(code: string, options: ExecuteOptions): Promise<ExecuteReply> {
    return await (await this.client()).execute(code, options);
  }

  async interrupt(): Promise<void> {
    await (await this.#current())?.interrupt();
  }

  /** Replaces the process; starts one where there is none. What ran there rejects with `kernel_restarted`. */
  async restart(): Promise<void> {
    const client = await this.#current();
    if (client === null) return void (await this.client());
    try {
      await client.restart();
    } catch (error) {
      await this.#forget(client);
      throw error;
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const client = await this.#current();
    this.#client = null;
    await client?.dispose();
  }

  /** Null also for a kernel whose start has failed: whoever asked for it was told. */
  async #current(): Promise<KernelClient | null> {
    return (await this.#client?.catch(() => null)) ?? null;
  }

  async #start(): Promise<KernelClient> {
    try {
      const client = await this.#parts.start();
      client.onDeath((error) => {
        void this.#forget(client);
        this.#parts.onDeath(error);
      });
      return client;
    } catch (error) {
      this.#client = null;
      throw notStarted(error);
    }
  }

  async #forget(client: KernelClient): Promise<void> {
    this.#client = null;
    await client.dispose();
  }
}

function stopped(): RetortError {
  return new RetortError({ code: "kernel_stopped", message: "The notebook was closed.", hint: "Open it again." });
}

/** The death of a kernel that never lived is told to who wanted it, not by `onDeath`. */
function notStarted(error: unknown): unknown {
  if (!(error instanceof RetortError) || error.code !== "kernel_died") return error;
  return new RetortError({ code: "kernel_not_started", message: `The kernel could not be started. ${error.message}` }, { cause: error.cause });
}
