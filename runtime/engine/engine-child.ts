import { type ChildProcess, fork } from "node:child_process";

import type { Disposable } from "../dispose.ts";
import { RetortError } from "../errors.ts";
import { engineDied, engineStalled } from "./engine-errors.ts";
import type { GpuChoice, TokenEvent } from "./engine.ts";
import type { ChildMessage, EngineCall, EngineCalls, EngineOperation, ParentMessage } from "./protocol.ts";

export interface EngineChildOptions {
  /** The built entry of the engine process. */
  entry: string;
  gpu: GpuChoice;
  /** No sign of life for this long on a call ends the process. The start and a load may be silent for longer. */
  stallMs: number;
  loadStallMs: number;
}

/** Listeners of one call. */
export interface CallHooks {
  signal?: AbortSignal;
  onTokens?: (events: TokenEvent[]) => void;
  onProgress?: (share: number) => void;
}

/** How the process ended, and the error that its calls ended with. */
export interface EngineExit {
  error: RetortError;
  /** False when it was asked to end. */
  unexpected: boolean;
}

interface Pending {
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
  hooks: CallHooks;
  /** Silent watchdog ticks, and how many are allowed. */
  silent: number;
  patience: number;
}

/** The watchdog looks this often within the stall time. */
const TICKS = 4;

/** One engine process, from its start to its end. Every call on it settles, also when it dies. */
export class EngineChild implements Disposable {
  readonly gpu: GpuChoice;
  /** Resolves when the process is gone. */
  readonly exited: Promise<EngineExit>;
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #options: EngineChildOptions;
  readonly #watchdog: NodeJS.Timeout;
  #nextId = 1;
  #ended: RetortError | null = null;
  #reason: RetortError | null = null;
  #disposed = false;

  constructor(options: EngineChildOptions) {
    this.#options = options;
    this.gpu = options.gpu;
    this.#process = fork(options.entry, [options.gpu], {
      serialization: "advanced",
      // The library tests its binary in a child that inherits these.
      execArgv: [],
      // With more pool threads, decodes hop between cores: half the speed on two cores.
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#process.on("message", (message) => this.#receive(message as ChildMessage));
    this.exited = new Promise((resolve) => {
      const finish = (how: string): void => {
        if (this.#ended === null) resolve(this.#end(how));
      };
      this.#process.once("exit", (code, signal) => finish(signal ?? `exit code ${code ?? "unknown"}`));
      this.#process.once("error", (error) => finish(error.message));
    });
    this.#watchdog = setInterval(() => this.#watch(), options.stallMs / TICKS);
    this.#watchdog.unref();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Calls that have not settled. */
  get pending(): number {
    return this.#pending.size;
  }

  get alive(): boolean {
    return this.#ended === null;
  }

  /** Asks the process. An aborted signal asks it to stop; the call still settles with the engine's own answer. */
  call<O extends EngineOperation>(call: Extract<EngineCall, { op: O }>, hooks: CallHooks = {}): Promise<EngineCalls[O]["result"]> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    const cancel = (): void => this.#send({ kind: "cancel", id });
    return new Promise<EngineCalls[O]["result"]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, hooks, silent: 0, patience: this.#patience(call.op) });
      this.#send({ kind: "call", id, call, cancelled: hooks.signal?.aborted ?? false });
      hooks.signal?.addEventListener("abort", cancel, { once: true });
    }).finally(() => {
      this.#pending.delete(id);
      hooks.signal?.removeEventListener("abort", cancel);
    });
  }

  /** Ends the process at once; calls in flight are rejected. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#process.kill("SIGKILL");
    await this.exited;
  }

  #send(message: ParentMessage): void {
    // A failed send means that the process is ending: its exit rejects the call.
    this.#process.send(message, () => undefined);
  }

  #receive(message: ChildMessage): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    pending.silent = 0;
    switch (message.kind) {
      case "result": return pending.resolve(message.value as never);
      case "error": return pending.reject(new RetortError(message.error));
      case "tokens": return pending.hooks.onTokens?.(message.events);
      case "progress": if (message.share !== null) pending.hooks.onProgress?.(message.share);
    }
  }

  #patience(op: EngineOperation): number {
    const { stallMs, loadStallMs } = this.#options;
    // Opening the library and a driver, and reading a file, may be silent for long.
    return op === "load" || op === "devices" ? Math.max(TICKS, Math.ceil((loadStallMs / stallMs) * TICKS)) : TICKS;
  }

  /**
   * Counts ticks rather than reading a clock: while this process is stopped or the machine sleeps, no tick comes,
   * so a long pause does not look like a stalled engine.
   */
  #watch(): void {
    for (const pending of this.#pending.values()) {
      if (++pending.silent <= pending.patience) continue;
      this.#reason = engineStalled((this.#options.stallMs * pending.patience) / TICKS);
      this.#process.kill("SIGKILL");
      return;
    }
  }

  #end(how: string): EngineExit {
    clearInterval(this.#watchdog);
    this.#ended = this.#reason ?? engineDied(this.#disposed ? "it was ended" : how);
    for (const pending of this.#pending.values()) pending.reject(this.#ended);
    return { error: this.#ended, unexpected: !this.#disposed };
  }
}
