import type { Dealer, Subscriber } from "zeromq";
import type { Disposable } from "../../../runtime/dispose.ts";
import { RetortError } from "../../../runtime/errors.ts";
import { Codec } from "../codec.ts";
import { addressOf, type Connection, type PortName } from "../connection-file.ts";
import { newMessage, type Header, type Json, type Message } from "../message.ts";
import { Pump } from "../pump.ts";
import type { InboundChannel, OutboundChannel } from "../transport.ts";

/** A kernel that is just starting listens a few ms later; zeromq's own default would cost up to 100 ms of every start. */
const RECONNECT_MS = 10;

const DEALERS: ReadonlyArray<[InboundChannel, PortName]> = [["shell", "shell_port"], ["control", "control_port"], ["stdin", "stdin_port"]];

export interface SendOptions {
  metadata?: Json;
  buffers?: Uint8Array[];
  parent?: Header;
  subshell?: string;
}

/** A client's end of a kernel's sockets, the heartbeat excepted. */
export class KernelChannels implements Disposable {
  readonly session: string;
  readonly #codec: Codec;
  readonly #dealers: ReadonlyMap<InboundChannel, Dealer>;
  readonly #pumps = new Map<InboundChannel, Pump>();
  readonly #queues = new Map<InboundChannel, Uint8Array[][]>();
  readonly #iopub: Subscriber;

  private constructor(session: string, codec: Codec, dealers: ReadonlyMap<InboundChannel, Dealer>, iopub: Subscriber) {
    this.session = session;
    this.#codec = codec;
    this.#dealers = dealers;
    this.#iopub = iopub;
    for (const [channel, dealer] of dealers) {
      const queue: Uint8Array[][] = [];
      this.#queues.set(channel, queue);
      // A closed socket is the only reason for a failure, and then nobody waits for the message any more.
      this.#pumps.set(channel, new Pump(dealer, { next: () => queue.shift(), onError: () => undefined }));
    }
  }

  /**
   * Connects; a kernel that does not listen yet is found as soon as it does. `receive` gets every message of every
   * channel. Rejects with `zeromq_unusable`.
   */
  static async connect(connection: Connection, session: string, receive: (channel: OutboundChannel, message: Message) => void): Promise<KernelChannels> {
    const { curveKeyPair, Dealer, Subscriber } = await loadZeromq();
    const options = { linger: 0, reconnectInterval: RECONNECT_MS, receiveHighWaterMark: 0, ipv6: connection.ip.includes(":") };
    const security = connection.curve === null ? {} : { curveServerKey: connection.curve.publicKey, ...ownKeys(curveKeyPair()) };
    // Questions to the user are sent to the address of the shell socket, so all sockets have the same one.
    const dealers = new Map(DEALERS.map(([channel]) => [channel, new Dealer({ ...options, ...security, sendHighWaterMark: 0, routingId: session })]));
    const iopub = new Subscriber({ ...options, ...security });
    const channels = new KernelChannels(session, new Codec(connection.key, connection.signatureScheme), dealers, iopub);
    for (const [channel, port] of DEALERS) dealers.get(channel)?.connect(addressOf(connection, port));
    iopub.subscribe();
    iopub.connect(addressOf(connection, "iopub_port"));
    for (const [channel, dealer] of dealers) void channels.#read(channel, dealer, receive);
    void channels.#read("iopub", iopub, receive);
    return channels;
  }

  /** Sends a request and returns its header, which the replies will name as their parent. */
  send(channel: InboundChannel, type: string, content: Json, options: SendOptions = {}): Header {
    const message = newMessage({ type, session: this.session, content, ...options });
    this.sendFrames(channel, this.#codec.encode(message));
    return message.header;
  }

  /** Sends frames as they are. */
  sendFrames(channel: InboundChannel, frames: Uint8Array[]): void {
    this.#queues.get(channel)?.push(frames);
    this.#pumps.get(channel)?.wake();
  }

  dispose(): void {
    for (const pump of this.#pumps.values()) pump.stop();
    for (const socket of [...this.#dealers.values(), this.#iopub]) socket.close();
  }

  async #read(channel: OutboundChannel, socket: AsyncIterable<Buffer[]>, receive: (channel: OutboundChannel, message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      const decoded = this.#codec.decode(frames);
      if (decoded.ok) receive(channel, decoded.message);
    }
  }
}

/** zeromq is native: a package for another platform fails here. */
async function loadZeromq(): Promise<typeof import("zeromq")> {
  try {
    return await import("zeromq");
  } catch (error) {
    throw new RetortError({
      code: "zeromq_unusable",
      message: `Kernels cannot be reached: the ZeroMQ library in this package does not work on ${process.platform}-${process.arch} with Node.js ${process.versions.node}.`,
      hint: "Install the Retort package for this platform.",
    }, { cause: error });
  }
}

function ownKeys(pair: { publicKey: string; secretKey: string }): { curvePublicKey: string; curveSecretKey: string } {
  return { curvePublicKey: pair.publicKey, curveSecretKey: pair.secretKey };
}
