import * as vscode from "vscode";

import { serverUrl } from "../../runtime/client/presets.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { cancelled, RetortError } from "../../runtime/errors.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { Log } from "./log.ts";
import { runtimeEnvironment } from "./runtime-environment.ts";
import type { Settings } from "./settings.ts";

/** The name under which SecretStorage keeps the key of `retort.runtime.url`. */
export const SERVER_KEY = "retort.serverKey";

/**
 * The runtime, found or started when first needed. The lease is held until this is disposed, so an open window keeps
 * its models warm. Changed settings take effect with the next connection.
 */
export class RuntimeConnection implements vscode.Disposable {
  readonly #settings: Settings;
  readonly #secrets: vscode.SecretStorage;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<ConnectionState>();
  readonly #subscriptions: vscode.Disposable[];
  #state: ConnectionState = "idle";
  #client: Promise<RuntimeClient> | null = null;

  constructor(settings: Settings, secrets: vscode.SecretStorage, log: Log) {
    this.#settings = settings;
    this.#secrets = secrets;
    this.#log = log;
    this.#subscriptions = [
      this.#changed,
      settings.onDidChange(["retort.runtime"], () => void this.reset()),
      secrets.onDidChange(({ key }) => { if (key === SERVER_KEY) void this.reset(); }),
    ];
  }

  readonly onDidChangeState = (listener: (state: ConnectionState) => void): vscode.Disposable => this.#changed.event(listener);

  get state(): ConnectionState {
    return this.#state;
  }

  /** True when a server at a URL is used instead of this machine. */
  get remote(): boolean {
    return this.#settings.get("retort.runtime.url") !== "";
  }

  /** The client, if there is one: never starts anything. */
  async current(): Promise<RuntimeClient | null> {
    return (await this.#client?.catch(() => null)) ?? null;
  }

  /** Finds or starts the runtime. Errors: those of `connectRuntime`, `cancelled`, `untrusted`. */
  async client(signal?: AbortSignal): Promise<RuntimeClient> {
    if (signal?.aborted === true) throw cancelled();
    this.#client ??= this.#connect();
    return await this.#client;
  }

  /** Lets go of the runtime; the next use finds or starts one with the settings of that moment. */
  async reset(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#set("idle");
    await (await client?.catch(() => null))?.dispose();
  }

  async dispose(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.dispose();
    const client = this.#client;
    this.#client = null;
    await (await client?.catch(() => null))?.dispose();
  }

  async #connect(): Promise<RuntimeClient> {
    this.#set("starting");
    try {
      const client = await this.#open();
      this.#log.info(`Connected to ${client.url}.`);
      this.#set("connected");
      return client;
    } catch (error) {
      this.#client = null;
      this.#set("failed");
      throw error;
    }
  }

  async #open(): Promise<RuntimeClient> {
    // Loaded with the first use: it is a third of the code that the start of the extension would read.
    const { connectRemote, connectRuntime } = await import("../../runtime/client/connect.ts");
    const url = this.#settings.get("retort.runtime.url");
    if (url !== "") return connectRemote({ url: checkedUrl(url), key: (await this.#secrets.get(SERVER_KEY)) ?? null });
    const settings = this.#settings;
    return connectRuntime({
      // One that is started in the place of another has the settings of that moment.
      get env() {
        return runtimeEnvironment(settings);
      },
      client: "editor",
      onProgress: (message) => this.#log.info(message),
    });
  }

  #set(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed.fire(state);
  }
}

function checkedUrl(given: string): string {
  const url = serverUrl(given);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new RetortError({
    code: "bad_setting",
    message: `The setting retort.runtime.url is not an address: ${url.slice(0, 80)}`,
    hint: "Write it as http://host:port, or leave it empty to use this machine.",
  });
}
