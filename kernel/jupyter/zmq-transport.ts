import { setTimeout as sleep } from "node:timers/promises";
import type { Router, XPublisher } from "zeromq";
import { bind, LINGER_MS, socketOptions } from "./bind.ts";
import type { Codec } from "./codec.ts";
import { addressOf, type Connection, type PortName } from "./connection-file.ts";
import type { Message } from "./message.ts";
import { Outbox } from "./outbox.ts";
import { Pump } from "./pump.ts";
import type { InboundChannel, OutboundChannel, Transport } from "./transport.ts";

/** Messages that zeromq holds for one slow front end before the outbox takes over. */
const IOPUB_HIGH_WATER_MARK = 1_000;
/** From a stall of this length on, the outbox is kept within its limit. */
const TRIM_AFTER_MS = 1_000;
/** A front end that reads nothing for so long may no longer hold up the others. */
const STALL_LIMIT_MS = 10_000;

const ROUTERS: ReadonlyArray<[InboundChannel, PortName]> = [["shell", "shell_port"], ["control", "control_port"], ["stdin", "stdin_port"]];

export interface TransportEvents {
  message(channel: InboundChannel, message: Message): void;
  subscribed(topic: Uint8Array): void;
  log(line: string): void;
}

/** The kernel's sockets, the heartbeat excepted. */
export class ZmqTransport implements Transport {
  readonly #codec: Codec;
  readonly #outbox: Outbox;
  readonly #queues = new Map<InboundChannel, Uint8Array[][]>();
  readonly #routers = new Map<InboundChannel, Router>();
  readonly #pumps = new Map<OutboundChannel, Pump>();
  readonly #iopub: XPublisher;
  readonly #log: (line: string) => void;
  #subscriptions = 0;
  /** False: zeromq drops messages for a front end that has no room for them. */
  #waitsForAll = true;

  private constructor(codec: Codec, routers: ReadonlyMap<InboundChannel, Router>, iopub: XPublisher, log: (line: string) => void) {
    this.#codec = codec;
    this.#outbox = new Outbox(codec);
    this.#iopub = iopub;
    this.#log = log;
    for (const [channel, router] of routers) this.#addRouter(channel, router);
    const onFull = (ms: number): void => this.#iopubIsFull(ms);
    this.#pumps.set("iopub", new Pump(iopub, { next: () => this.#outbox.shift(), onFull, onError: (error) => this.#failed("iopub", error) }));
  }

  /** Binds the sockets. Rejects with `port_in_use` or `bind_failed`; then nothing stays open. */
  static async open(connection: Connection, codec: Codec, log: (line: string) => void): Promise<ZmqTransport> {
    const { Router, XPublisher } = await import("zeromq");
    const options = socketOptions(connection);
    const routers = new Map(ROUTERS.map(([channel]) => [channel, new Router({ ...options, sendHighWaterMark: 0 })]));
    const iopub = new XPublisher({ ...options, sendHighWaterMark: IOPUB_HIGH_WATER_MARK });
    iopub.verbosity = "allSubsUnsubs";
    iopub.noDrop = true;
    const transport = new ZmqTransport(codec, routers, iopub, log);
    try {
      await Promise.all([
        ...ROUTERS.map(([channel, port]) => bind(transport.#router(channel), addressOf(connection, port))),
        bind(iopub, addressOf(connection, "iopub_port")),
      ]);
    } catch (error) {
      await transport.close();
      throw error;
    }
    return transport;
  }

  /** Begins to read. */
  listen(events: TransportEvents): void {
    for (const channel of this.#routers.keys()) void this.#read(channel, events);
    void this.#readSubscriptions(events);
  }

  send(channel: OutboundChannel, message: Message): void {
    if (channel === "iopub") this.#outbox.push(message);
    else this.#queues.get(channel)?.push(this.#codec.encode(message));
    this.#pumps.get(channel)?.wake();
  }

  /** Sends what is queued, for at most `patienceMs`, and closes the sockets. */
  async close(patienceMs = LINGER_MS): Promise<void> {
    const drained = Promise.all([...this.#pumps.values()].map((pump) => pump.drained()));
    await Promise.race([drained, sleep(patienceMs, undefined, { ref: false })]);
    for (const pump of this.#pumps.values()) pump.stop();
    for (const socket of [...this.#routers.values(), this.#iopub]) socket.close();
  }

  #addRouter(channel: InboundChannel, router: Router): void {
    const queue: Uint8Array[][] = [];
    this.#routers.set(channel, router);
    this.#queues.set(channel, queue);
    this.#pumps.set(channel, new Pump(router, { next: () => queue.shift(), onError: (error) => this.#failed(channel, error) }));
  }

  #router(channel: InboundChannel): Router {
    const router = this.#routers.get(channel);
    if (router === undefined) throw new Error(`No socket for ${channel}`);
    return router;
  }

  async #read(channel: InboundChannel, events: TransportEvents): Promise<void> {
    for await (const frames of this.#router(channel)) {
      const decoded = this.#codec.decode(frames);
      if (decoded.ok) events.message(channel, decoded.message);
      else events.log(`Ignored a message on ${channel}: ${decoded.reason}.`);
    }
  }

  /** Frames of an XPUB socket: 1 and a topic for a subscription, 0 and a topic for its end. */
  async #readSubscriptions(events: TransportEvents): Promise<void> {
    for await (const [frame] of this.#iopub) {
      const kind = frame?.[0];
      if (frame === undefined || (kind !== 0 && kind !== 1)) continue;
      this.#subscriptions += kind === 1 ? 1 : -1;
      if (!this.#waitsForAll) this.#waitForAll(true);
      if (kind === 1) events.subscribed(frame.subarray(1));
    }
  }

  /**
   * The outbox bounds what a stalled front end costs. With others connected, however, it may not silence them: from
   * here on zeromq drops for the stalled one what it has no room for.
   */
  #iopubIsFull(ms: number): void {
    if (ms > TRIM_AFTER_MS) this.#outbox.trim();
    if (ms > STALL_LIMIT_MS && this.#subscriptions > 1 && this.#waitsForAll) this.#waitForAll(false);
  }

  #waitForAll(wait: boolean): void {
    this.#waitsForAll = wait;
    this.#iopub.noDrop = wait;
    if (!wait) this.#log("A front end has stopped reading; it misses output from here on.");
  }

  #failed(channel: OutboundChannel, error: unknown): void {
    this.#log(`Sending on ${channel} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
