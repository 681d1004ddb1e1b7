import { randomUUID } from "node:crypto";
import type { Disposable } from "../../runtime/dispose.ts";
import { isJsonObject, type Header, type Json, type Message } from "./message.ts";
import type { Publisher } from "./publisher.ts";

/** What travels over a comm: JSON and binary buffers. */
export interface CommData {
  data: Json;
  metadata: Json;
  buffers: Uint8Array[];
}

/** Called when a front end opens a comm; throwing closes it again. */
export type CommTarget = (comm: Comm, opening: CommData) => void | Promise<void>;

/** One end of a comm, the kernel's. Sending on a closed comm does nothing. */
export class Comm {
  readonly id: string;
  readonly target: string;
  /** Set by the owner of the comm. */
  onMessage: (message: CommData) => void | Promise<void> = () => undefined;
  /** Set by the owner of the comm: the front end has closed it. */
  onClose: (message: CommData) => void | Promise<void> = () => undefined;
  readonly #send: (type: "comm_msg" | "comm_close", comm: Comm, message: Partial<CommData>) => void;

  constructor(id: string, target: string, send: (type: "comm_msg" | "comm_close", comm: Comm, message: Partial<CommData>) => void) {
    this.id = id;
    this.target = target;
    this.#send = send;
  }

  /** Throws TypeError when `data` is circular. */
  send(data: Json, extra: { metadata?: Json; buffers?: Uint8Array[] } = {}): void {
    this.#send("comm_msg", this, { data, ...extra });
  }

  close(data: Json = {}): void {
    this.#send("comm_close", this, { data });
  }
}

/** All open comms, and the targets that front ends may open. */
export class CommRegistry {
  readonly #publisher: Publisher;
  readonly #targets = new Map<string, CommTarget>();
  readonly #open = new Map<string, Comm>();
  #parent: Header | Record<string, never> = {};

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  /** Lets front ends open comms of the name `target`. Disposing ends that. */
  register(target: string, handler: CommTarget): Disposable {
    this.#targets.set(target, handler);
    return { dispose: () => void this.#targets.delete(target) };
  }

  /** Opens a comm in the front ends, as a widget does. */
  open(target: string, data: Json, extra: { metadata?: Json; buffers?: Uint8Array[] } = {}): Comm {
    const comm = this.#create(randomUUID(), target);
    this.#publish("comm_open", { comm_id: comm.id, target_name: target, data }, extra);
    return comm;
  }

  /** Ids and targets of open comms, for comm_info_reply. */
  info(target: unknown): Json {
    const comms = [...this.#open.values()].filter((comm) => typeof target !== "string" || comm.target === target);
    return Object.fromEntries(comms.map((comm) => [comm.id, { target_name: comm.target }]));
  }

  /** Takes comm_open, comm_msg or comm_close. Rejects with what a handler throws. */
  async receive(message: Message): Promise<void> {
    const { comm_id: id, target_name: target } = message.content;
    if (typeof id !== "string") return;
    this.#parent = message.header;
    if (message.header.msg_type === "comm_open") return this.#opened(id, target, message);
    const comm = this.#open.get(id);
    if (comm === undefined) return;
    if (message.header.msg_type === "comm_msg") return comm.onMessage(dataOf(message));
    this.#open.delete(id);
    await comm.onClose(dataOf(message));
  }

  async #opened(id: string, target: unknown, message: Message): Promise<void> {
    const handler = typeof target === "string" ? this.#targets.get(target) : undefined;
    if (handler === undefined || typeof target !== "string") {
      this.#publish("comm_close", { comm_id: id, data: {} });
      return;
    }
    const comm = this.#create(id, target);
    try {
      await handler(comm, dataOf(message));
    } catch (error) {
      comm.close();
      throw error;
    }
  }

  #create(id: string, target: string): Comm {
    const comm = new Comm(id, target, (type, sender, { data = {}, metadata, buffers }) => {
      if (this.#open.get(sender.id) !== sender) return;
      if (type === "comm_close") this.#open.delete(sender.id);
      this.#publish(type, { comm_id: sender.id, data }, { ...(metadata && { metadata }), ...(buffers && { buffers }) });
    });
    this.#open.set(id, comm);
    return comm;
  }

  #publish(type: string, content: Json, extra: { metadata?: Json; buffers?: Uint8Array[] } = {}): void {
    this.#publisher.publish(type, content, this.#parent, extra);
  }
}

function dataOf(message: Message): CommData {
  return { data: isJsonObject(message.content.data) ? message.content.data : {}, metadata: message.metadata, buffers: message.buffers };
}
