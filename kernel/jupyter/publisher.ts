import { newMessage, type Header, type Json, type Message } from "./message.ts";
import type { OutboundChannel, Transport } from "./transport.ts";

export type ExecutionState = "starting" | "busy" | "idle";

/** Sends messages of this kernel: broadcasts on iopub and replies to one peer. */
export class Publisher {
  readonly session: string;
  readonly #transport: Transport;
  #state: ExecutionState | undefined;

  constructor(transport: Transport, session: string) {
    this.#transport = transport;
    this.session = session;
  }

  /** Broadcasts to every front end, as an effect of the request `parent`. */
  publish(type: string, content: Json, parent: Header | Record<string, never>, extra: { metadata?: Json; buffers?: Uint8Array[] } = {}): void {
    const topic = Buffer.from(`kernel.${this.session}.${type}`);
    this.#transport.send("iopub", newMessage({ type, session: this.session, content, parent, identities: [topic], ...extra }));
  }

  /** The state broadcast last. */
  get state(): ExecutionState | undefined {
    return this.#state;
  }

  status(state: ExecutionState, parent: Header | Record<string, never>): void {
    this.#state = state;
    this.publish("status", { execution_state: state }, parent);
  }

  /** Tells subscribers of `topic` that they miss nothing from here on (JEP 65). */
  welcome(topic: Uint8Array): void {
    const identities = topic.length === 0 ? [] : [topic];
    this.#transport.send("iopub", newMessage({ type: "iopub_welcome", session: this.session, content: { subscription: Buffer.from(topic).toString("utf8") }, identities }));
  }

  /** Answers `request` to its sender alone. Returns the message sent. */
  answer(channel: Exclude<OutboundChannel, "iopub">, type: string, content: Json, request: Message, metadata: Json = {}): Message {
    const { identities, header } = request;
    const message = newMessage({ type, session: this.session, content, parent: header, identities, metadata });
    this.#transport.send(channel, message);
    return message;
  }
}
