import * as vscode from "vscode";

import { loadCatalogue } from "../../runtime/models/catalogue.ts";
import type { Log } from "../host/log.ts";
import type { RuntimeConnection } from "../host/runtime-connection.ts";

/** Which models a cell may name. Asks a runtime that is there; starts none. */
export class ModelNames implements vscode.Disposable {
  readonly #runtime: RuntimeConnection;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #known: readonly string[] = [];
  #catalogue: readonly string[] | undefined;
  readonly onDidChange = this.#changed.event;

  constructor(runtime: RuntimeConnection, log: Log) {
    this.#runtime = runtime;
    this.#log = log;
    this.#subscription = runtime.onDidChangeState(() => void this.refresh());
    void this.refresh();
  }

  /** All that exist, for judging what a cell names; none before a runtime has told: then nothing is judged. */
  get known(): readonly string[] {
    return this.#known;
  }

  /** What to offer: those of the runtime, before that the catalogue's. */
  get offered(): readonly string[] {
    if (this.#known.length > 0 || this.#runtime.remote) return this.#known;
    return this.#catalogueNames();
  }

  async refresh(): Promise<void> {
    const before = this.#known.join();
    try {
      const client = await this.#runtime.current();
      const ids = client === null ? [] : (await client.models()).map(({ id }) => id);
      this.#known = client === null || this.#runtime.remote ? ids : [...new Set([...ids, ...this.#catalogueNames()])];
    } catch (error) {
      this.#known = [];
      this.#log.error("Reading the models' names", error);
    }
    if (this.#known.join() !== before) this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #catalogueNames(): readonly string[] {
    this.#catalogue ??= loadCatalogue().flatMap(({ id, aliases }) => [id, ...aliases]);
    return this.#catalogue;
  }
}
