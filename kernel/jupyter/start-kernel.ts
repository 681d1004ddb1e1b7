import { setTimeout as sleep } from "node:timers/promises";
import { DisposableStack, type Disposable } from "../../runtime/dispose.ts";
import { asRetortError } from "../../runtime/errors.ts";
import { socketOptions } from "./bind.ts";
import { Codec } from "./codec.ts";
import type { CommRegistry } from "./comms.ts";
import { addressOf, readConnectionFile } from "./connection-file.ts";
import { Heartbeat } from "./heartbeat.ts";
import { FirstSubscriber } from "./first-subscriber.ts";
import { FileHistory } from "./history.ts";
import type { Interpreter } from "./interpreter.ts";
import { KernelCore } from "./kernel-core.ts";
import { watchParent } from "./parent-watch.ts";
import { ZmqTransport } from "./zmq-transport.ts";

/** jupyter_client sends SIGTERM 2.5 s after a shutdown_request; by then all must be over. */
const SHUTDOWN_PATIENCE_MS = 1_500;

export interface StartKernelOptions {
  /** Path of the connection file that the front end wrote. */
  connectionFile: string;
  interpreter: Interpreter;
  /** Folder for the history; made when first needed. */
  statePath: string;
  /** The kernel ends when this process does (JPY_PARENT_PID). */
  parentPid?: number;
  /** SIGINT interrupts, SIGTERM ends the kernel. For a process that is a kernel and nothing else. */
  signals?: boolean;
  /** Takes one line for people who look for the cause of trouble. Default: standard error. */
  log?(line: string): void;
}

/** Sockets of libzmq try again after 100 ms to 200 ms; a client that never listens to iopub waits no longer than this. */
const SUBSCRIBER_PATIENCE_MS = 300;

/** Why a kernel ended. */
export interface KernelEnd {
  reason: "shutdown" | "signal" | "parent" | "heartbeat" | "disposed";
  /** The front end will start it again on the same connection file. */
  restart: boolean;
}

export interface RunningKernel extends Disposable {
  /** Where the interpreter registers comm targets, and opens comms. */
  readonly comms: CommRegistry;
  /** Resolves when heartbeats are answered, which is a little after the first request can be. */
  readonly heartbeatReady: Promise<void>;
  /** Resolves when the sockets are closed and the interpreter is shut down; the process may then exit. */
  readonly closed: Promise<KernelEnd>;
  interrupt(): void;
  dispose(): Promise<void>;
}

/**
 * Starts a kernel on the sockets of `connectionFile`. Resolves as soon as it can answer.
 * Rejects with `connection_file_unreadable`, `connection_file_invalid`, `unknown_signature_scheme`, `port_in_use` or `bind_failed`.
 */
export async function startKernel(options: StartKernelOptions): Promise<RunningKernel> {
  const log = options.log ?? ((line: string) => void process.stderr.write(`[retort] ${line}\n`));
  const connection = readConnectionFile(options.connectionFile, log);
  const transport = await ZmqTransport.open(connection, new Codec(connection.key, connection.signatureScheme), log);
  const owned = new DisposableStack();
  let settle: (end: KernelEnd) => void;
  const closed = new Promise<KernelEnd>((resolve) => (settle = resolve));
  const history = new FileHistory(options.statePath, log);
  const core = new KernelCore({ interpreter: options.interpreter, transport, history, log, onShutdown: (restart) => end({ reason: "shutdown", restart }) });
  let ending: Promise<void> | undefined;
  const end = (why: KernelEnd): void => {
    ending ??= close(why).then(() => settle(why));
  };

  async function close(why: KernelEnd): Promise<void> {
    const work = [core.end(), options.interpreter.shutdown(why.restart), history.flush()];
    const logged = work.map((part) => part.catch((error: unknown) => log(`The kernel did not end cleanly: ${asRetortError(error).message}`)));
    await atMost(SHUTDOWN_PATIENCE_MS, Promise.all(logged));
    await transport.close();
    await owned.dispose();
  }

  const listener = owned.own(new FirstSubscriber(SUBSCRIBER_PATIENCE_MS));
  transport.listen({
    message: (channel, message) => (channel === "shell" ? listener.after(() => core.receive(channel, message)) : core.receive(channel, message)),
    subscribed: (topic) => {
      core.subscribed(topic);
      listener.arrived();
    },
    log,
  });
  const heartbeat = owned.own(new Heartbeat({ address: addressOf(connection, "hb_port"), options: socketOptions(connection) }));
  heartbeat.ready.catch((error: unknown) => {
    log(asRetortError(error).message);
    end({ reason: "heartbeat", restart: false });
  });
  if (options.parentPid !== undefined) owned.own(watchParent(options.parentPid, () => end({ reason: "parent", restart: false })));
  if (options.signals === true) owned.own(listenToSignals(() => core.interrupt(), () => end({ reason: "signal", restart: false })));

  return {
    comms: core.comms,
    heartbeatReady: heartbeat.ready,
    closed,
    interrupt: () => core.interrupt(),
    dispose: async () => {
      end({ reason: "disposed", restart: false });
      await closed;
    },
  };
}

function listenToSignals(interrupt: () => void, end: () => void): Disposable {
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", end);
  return {
    dispose: () => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", end);
    },
  };
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: timer.signal })]).finally(() => timer.abort());
}
