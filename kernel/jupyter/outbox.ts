import type { Codec } from "./codec.ts";
import type { Message } from "./message.ts";

/** Output kept for front ends that have stopped reading, in bytes. What is more is left out, and the text says so. */
const MAX_STALLED_BYTES = 64 * 1024 * 1024;

/** Their content may be given up when a front end has stopped reading; nothing else ever is. */
const OUTPUT_TYPES = new Set(["stream", "display_data", "update_display_data", "execute_result"]);

/** Sent entries are cut off the front of the array in blocks of this many, as cutting costs time for each that stays. */
const COMPACT_AT = 4_096;

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
 * stream text of one cell joins into one message; when it does not start again, {@link Outbox.trim} keeps the memory
 * under {@link MAX_STALLED_BYTES} plus what may not be dropped.
 */
export class Outbox {
  readonly #codec: Codec;
  readonly #maxBytes: number;
  #entries: Entry[] = [];
  /** Index of the oldest entry that is not sent yet. */
  #head = 0;
  #bytes = 0;

  constructor(codec: Codec, maxBytes = MAX_STALLED_BYTES) {
    this.#codec = codec;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Throws TypeError when the content cannot be written as JSON. */
  push(message: Message): void {
    const text = streamText(message);
    if (text !== undefined) return this.#pushText(message, text);
    const frames = this.#codec.encode(message);
    this.#add({ message, frames, pieces: [], bytes: frames.reduce((sum, frame) => sum + frame.byteLength, 0), dropped: 0 });
  }

  /** Takes the oldest message, as frames. */
  shift(): Uint8Array[] | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    this.#head += 1;
    this.#bytes -= entry.bytes;
    if (this.#head >= COMPACT_AT || this.#head === this.#entries.length) this.#compact();
    if (entry.dropped > 0) return this.#codec.encode(notice(entry));
    return entry.frames ?? this.#codec.encode({ ...entry.message, content: { ...entry.message.content, text: entry.pieces.join("") } });
  }

  /** Leaves out the oldest output until the rest is within the limit. To be called when a front end has stopped reading. */
  trim(): void {
    if (this.#bytes <= this.#maxBytes) return;
    this.#compact();
    const kept: Entry[] = [];
    for (const entry of this.#entries) {
      if (this.#bytes <= this.#maxBytes || !isOutput(entry)) {
        kept.push(entry);
        continue;
      }
      this.#bytes -= entry.bytes;
      const before = kept.at(-1);
      if (before !== undefined && before.dropped > 0 && before.message.parent.msg_id === entry.message.parent.msg_id) before.dropped += entry.bytes;
      else kept.push({ message: entry.message, frames: undefined, pieces: [], bytes: 0, dropped: entry.bytes });
    }
    this.#entries = kept;
  }

  #pushText(message: Message, text: string): void {
    const bytes = 2 * text.length;
    const tail = this.size === 0 ? undefined : this.#entries.at(-1);
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

  #compact(): void {
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}

function isOutput(entry: Entry): boolean {
  return entry.dropped === 0 && OUTPUT_TYPES.has(entry.message.header.msg_type);
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
