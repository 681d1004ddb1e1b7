import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { RuntimeStatus } from "../api/types.ts";
import { packageVersion } from "../entry.ts";
import { cancelled, RetortError } from "../errors.ts";
import { acquireLock } from "../lock.ts";
import { retortPaths, type RetortPaths } from "../paths.ts";
import { readRecord, type RuntimeRecord } from "./discovery.ts";
import { type Endpoint, HttpConnection } from "./http-connection.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { RuntimeClient } from "./runtime-client.ts";
import { spawnRuntime } from "./start-runtime.ts";
import { stateError } from "./state-error.ts";

export interface ConnectOptions {
  paths?: RetortPaths;
  /** Environment of a runtime that is started, read anew for each start; `RETORT_*` variables are its settings. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** Start a runtime when none runs. Default true. */
  startIfMissing?: boolean;
  signal?: AbortSignal;
  /** Told in plain words when something takes longer than a look-up. */
  onProgress?: (message: string) => void;
  /** Version of this client; a runtime must have the same one. */
  version?: string;
  /** What kind of program asks, for the audit log. */
  client?: "kernel" | "editor" | "terminal";
}

/** A runtime's front answers within milliseconds whatever its engine does; one that does not is no use. */
const PROBE_TIMEOUT_MS = 3000;
const CLOSING_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

type Found =
  | { kind: "usable" | "other-version" | "closing"; record: RuntimeRecord }
  | { kind: "none" };

/**
 * A client of this user's runtime, which is started first where none runs. Clients that start at once agree on one
 * runtime through a lock. A runtime of another version is asked to end when it is idle; a busy one is left to finish
 * its work for its own clients, and this client starts one of its own version beside it.
 * The client holds a lease until it is disposed, and finds or starts a runtime again if this one vanishes.
 */
export async function connectRuntime(options: ConnectOptions = {}): Promise<RuntimeClient> {
  const search = new RuntimeSearch(options);
  let keeper = await search.connect();
  const reconnect = async (): Promise<Endpoint> => {
    await keeper.lease.dispose();
    keeper = await search.connect();
    return keeper.endpoint;
  };
  return new RuntimeClient({
    local: true,
    endpoint: keeper.endpoint,
    ...(options.client === undefined ? {} : { headers: { "x-retort-client": options.client } }),
    ...(options.startIfMissing === false ? {} : { reconnect }),
    onDispose: () => keeper.lease.dispose(),
  });
}

/** A client of any other OpenAI-compatible server. `key` null sends no Authorization header. */
export function connectRemote(options: { url: string; key: string | null; headers?: Record<string, string> }): RuntimeClient {
  return new RuntimeClient({
    local: false,
    endpoint: { url: options.url, token: options.key },
    ...(options.headers === undefined ? {} : { headers: options.headers }),
  });
}

class RuntimeSearch {
  readonly #options: ConnectOptions;
  readonly #paths: RetortPaths;
  readonly #version: string;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#paths = options.paths ?? retortPaths(options.env ?? process.env);
    this.#version = options.version ?? packageVersion();
  }

  /** Finds or starts a runtime and takes a lease on it. */
  async connect(): Promise<{ endpoint: Endpoint; lease: LeaseKeeper }> {
    const { url, token } = await this.#findOrStart().catch((error: unknown) => { throw stateError(error, this.#paths.state); });
    const endpoint = { url, token };
    const lease = new LeaseKeeper(endpoint);
    await lease.start();
    return { endpoint, lease };
  }

  async #findOrStart(): Promise<RuntimeRecord> {
    const found = await this.#find();
    if (found.kind === "usable") return found.record;
    if (this.#options.startIfMissing === false) throw notRunning();
    await mkdir(this.#paths.state, { recursive: true, mode: 0o700 });
    const signal = this.#options.signal;
    const lock = await acquireLock(join(this.#paths.state, "runtime.lock"), {
      ...(signal === undefined ? {} : { signal }),
      onWait: () => this.#options.onProgress?.("Another process is starting the runtime …"),
    });
    try {
      return await this.#start();
    } finally {
      await lock.dispose();
    }
  }

  /** Under the lock: somebody may have started one while this client waited for it. */
  async #start(): Promise<RuntimeRecord> {
    const found = await this.#find();
    if (found.kind === "usable") return found.record;
    if (found.kind === "other-version") await this.#askToEnd(found.record);
    if (found.kind === "closing") await this.#waitUntilGone(found.record);
    this.#options.onProgress?.("Starting the runtime …");
    return spawnRuntime(this.#paths, this.#options.env ?? process.env, this.#options.signal);
  }

  async #find(): Promise<Found> {
    const record = await readRecord(this.#paths);
    if (record === null) return { kind: "none" };
    const status = await this.#probe(record);
    if (status === null) return { kind: "none" };
    if (status.state === "closing") return { kind: "closing", record };
    return { kind: status.version === this.#version ? "usable" : "other-version", record };
  }

  /** Null: nothing is there that knows the token. What the file says was left behind by a crash. */
  async #probe(record: RuntimeRecord): Promise<RuntimeStatus | null> {
    const connection = new HttpConnection({ endpoint: record });
    try {
      const timeout = AbortSignal.timeout(PROBE_TIMEOUT_MS);
      const signal = this.#options.signal === undefined ? timeout : AbortSignal.any([timeout, this.#options.signal]);
      return await connection.json<RuntimeStatus>("GET", "/retort/status", undefined, { signal });
    } catch (error) {
      if (this.#options.signal?.aborted === true) throw cancelled();
      if (error instanceof RetortError) return null;
      throw error;
    } finally {
      connection.dispose();
    }
  }

  async #askToEnd(record: RuntimeRecord): Promise<void> {
    this.#options.onProgress?.(`Replacing the runtime of version ${record.version} …`);
    const connection = new HttpConnection({ endpoint: record });
    try {
      await connection.json("POST", "/retort/shutdown", { if_idle: true });
    } catch (error) {
      // Busy, too old to know the route, or gone: in each case a runtime of our own is started beside it.
      if (error instanceof RetortError) return;
      throw error;
    } finally {
      connection.dispose();
    }
    await this.#waitUntilGone(record);
  }

  async #waitUntilGone(record: RuntimeRecord): Promise<void> {
    const deadline = performance.now() + CLOSING_TIMEOUT_MS;
    while (performance.now() < deadline && (await this.#probe(record)) !== null) await sleep(POLL_MS);
  }
}

function notRunning(): RetortError {
  return new RetortError({
    code: "runtime_not_running",
    message: "No runtime of this version runs.",
    hint: "Start one with `retort serve`, or run a cell.",
    status: 503,
  });
}
