import type { Codec } from "./codec.ts";
import { isJsonObject, type Message } from "./message.ts";

/** Output kept for front ends that do not read, in bytes. What is more is left out, and the text says so. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** From this many waiting messages on, a newer state of a display replaces the older one. */
const BACKLOG = 100;

/** Their content may be given up when a front end has stopped reading; nothing else ever is. */
const OUTPUT_TYPES = new Set(["stream", "display_data", "update_display_data", "execute_result"]);

interface Entry {
  message: Message;
  /** Undefined for stream text, which is written out only when it is sent, so that more can be joined to it. */
  frames: Uint8Array[] | undefined;
  pieces: string[];
  bytes: number;
  /** Bytes of output given up at this place; the entry is then only a notice of that. */
  dropped: number;
}

/**
 * What waits for the iopub socket. While the socket takes messages this is a plain queue. When a front end stops reading,
 * stream text of one cell joins into one message, and a newer state of a display replaces the older one; when it does
 * not start again, {@link Outbox.trim} keeps the memory under {@link MAX_QUEUED_BYTES} plus what may not be dropped.
 */
export class Outbox {
  readonly #codec: Codec;
  readonly #maxBytes: number;
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(codec: Codec, maxBytes = MAX_QUEUED_BYTES) {
    this.#codec = codec;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Throws TypeError when the content cannot be written as JSON. */
  push(message: Message): void {
    const text = streamText(message);
    if (text !== undefined) return this.#pushText(message, text);
    if (message.header.msg_type === "update_display_data" && this.#entries.length >= BACKLOG) this.#dropOlderState(message);
    const frames = this.#codec.encode(message);
    this.#add({ message, frames, pieces: [], bytes: frames.reduce((sum, frame) => sum + frame.byteLength, 0), dropped: 0 });
  }

  /** Takes the oldest message, as frames. */
  shift(): Uint8Array[] | undefined {
    const entry = this.#entries.shift();
    if (entry === undefined) return undefined;
    this.#bytes -= entry.bytes;
    if (entry.dropped > 0) return this.#codec.encode(notice(entry));
    return entry.frames ?? this.#codec.encode({ ...entry.message, content: { ...entry.message.content, text: entry.pieces.join("") } });
  }

  /** Leaves out the oldest output until the rest is within the limit. To be called when a front end has stopped reading. */
  trim(): void {
    while (this.#bytes > this.#maxBytes && this.#giveUpOldestOutput());
  }

  #pushText(message: Message, text: string): void {
    const bytes = 2 * text.length;
    const tail = this.#entries.at(-1);
    if (tail === undefined || tail.frames !== undefined || tail.dropped > 0 || !sameStream(tail.message, message)) {
      return this.#add({ message, frames: undefined, pieces: [text], bytes, dropped: 0 });
    }
    tail.pieces.push(text);
    tail.bytes += bytes;
    this.#bytes += bytes;
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  /** Puts a notice in the place of the oldest output. False when there is none. */
  #giveUpOldestOutput(): boolean {
    const index = this.#entries.findIndex((entry) => entry.dropped === 0 && OUTPUT_TYPES.has(entry.message.header.msg_type));
    const entry = this.#entries[index];
    if (entry === undefined) return false;
    this.#bytes -= entry.bytes;
    const before = this.#entries[index - 1];
    if (before !== undefined && before.dropped > 0 && before.message.parent.msg_id === entry.message.parent.msg_id) {
      before.dropped += entry.bytes;
      this.#entries.splice(index, 1);
    } else {
      this.#entries[index] = { message: entry.message, frames: undefined, pieces: [], bytes: 0, dropped: entry.bytes };
    }
    return true;
  }

  #dropOlderState(message: Message): void {
    const older = this.#entries.find((entry) => entry.message.header.msg_type === "update_display_data" && displayId(entry.message) === displayId(message));
    if (older === undefined) return;
    this.#entries = this.#entries.filter((entry) => entry !== older);
    this.#bytes -= older.bytes;
  }
}

function notice(entry: Entry): Message {
  const text = `\n[About ${entry.dropped} bytes of output are left out here: the front end has stopped reading.]\n`;
  return { ...entry.message, header: { ...entry.message.header, msg_type: "stream" }, content: { name: "stderr", text }, metadata: {}, buffers: [] };
}

function streamText(message: Message): string | undefined {
  const { text } = message.content;
  return message.header.msg_type === "stream" && typeof text === "string" ? text : undefined;
}

function sameStream(a: Message, b: Message): boolean {
  return a.content.name === b.content.name && a.parent.msg_id === b.parent.msg_id;
}

function displayId(message: Message): unknown {
  const { transient } = message.content;
  return isJsonObject(transient) ? transient.display_id : undefined;
}
