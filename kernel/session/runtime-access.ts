import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { RuntimeModel } from "./runtime-model.ts";
import type { ModelAccess, ModelConnection } from "./model-access.ts";

/** Opens a client: `connectRuntime` for this machine, `connectRemote` for another server. */
export type OpenClient = (onStep: (step: string) => void, signal: AbortSignal) => Promise<RuntimeClient>;

/** One client for a notebook, opened with the first cell that needs a model. */
export class RuntimeAccess implements ModelAccess {
  readonly #open: OpenClient;
  #client: RuntimeClient | null = null;
  #current: ModelConnection | null = null;
  #opening: Promise<ModelConnection> | null = null;

  constructor(open: OpenClient) {
    this.#open = open;
  }

  get current(): ModelConnection | null {
    return this.#current;
  }

  /** Cells of two subshells that connect at once get the same client. */
  connect(onStep: (step: string) => void, signal: AbortSignal): Promise<ModelConnection> {
    if (this.#current !== null) return Promise.resolve(this.#current);
    this.#opening ??= this.#connect(onStep, signal).finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async dispose(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#current = null;
    await client?.dispose();
  }

  async #connect(onStep: (step: string) => void, signal: AbortSignal): Promise<ModelConnection> {
    // The client lives longer than the cell that opens it, so it must not see a later interrupt of that cell.
    const opening = new AbortController();
    const onAbort = () => opening.abort();
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      this.#client = await this.#open(onStep, opening.signal);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    const model = new RuntimeModel(this.#client);
    this.#current = { model, runtime: this.#client, lastTrace: () => model.lastTrace };
    return this.#current;
  }
}
