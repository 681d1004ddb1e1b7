import { isUtf8 } from "node:buffer";
import { badGguf } from "./errors.ts";
import { MAX_HEADER_BYTES } from "./limits.ts";

/** The bytes at hand end inside the head, and the file goes on. The reader fetches more and parses again. */
export class HeaderIncomplete extends Error {}

/** Reads little-endian values from the start of a file. Every read is checked against the bytes and the file's size. */
export class Cursor {
  readonly #bytes: Buffer;
  readonly #fileSize: number;
  #position = 0;

  constructor(bytes: Uint8Array, fileSize: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fileSize = fileSize;
  }

  get position(): number {
    return this.#position;
  }

  /** Bytes of the file from here on. */
  get left(): number {
    return this.#fileSize - this.#position;
  }

  u8(): number { return this.#bytes.readUInt8(this.#take(1)); }
  i8(): number { return this.#bytes.readInt8(this.#take(1)); }
  u16(): number { return this.#bytes.readUInt16LE(this.#take(2)); }
  i16(): number { return this.#bytes.readInt16LE(this.#take(2)); }
  u32(): number { return this.#bytes.readUInt32LE(this.#take(4)); }
  i32(): number { return this.#bytes.readInt32LE(this.#take(4)); }
  f32(): number { return this.#bytes.readFloatLE(this.#take(4)); }
  u64(): bigint { return this.#bytes.readBigUInt64LE(this.#take(8)); }
  i64(): bigint { return this.#bytes.readBigInt64LE(this.#take(8)); }
  f64(): number { return this.#bytes.readDoubleLE(this.#take(8)); }

  /** A 64-bit count of things that take at least `itemBytes` each, so that a false one is found before any memory is spent. */
  count(what: string, limit: number, itemBytes: number): number {
    const start = this.#take(8);
    // Two halves instead of a bigint: a vocabulary has hundreds of thousands of lengths. Exact up to 2^53, above every limit.
    const count = this.#bytes.readUInt32LE(start) + this.#bytes.readUInt32LE(start + 4) * 2 ** 32;
    if (count > limit) throw badGguf("gguf_limit", `${what}: the file claims a count of ${count}; at most ${limit} are allowed.`);
    if (count * itemBytes > this.left) throw badGguf("gguf_truncated", `${what}: the file claims a count of ${count}, but only ${this.left} bytes follow.`);
    return count;
  }

  /** A string with a 64-bit length in front. Names must be valid UTF-8 (`strict`); tokens need not be. */
  string(what: string, limit: number, strict = false): string {
    const length = this.count(what, limit, 1);
    const start = this.#take(length);
    if (strict && !this.#isName(start, length)) throw badGguf("gguf_text", `${what}: not plain UTF-8 text.`);
    return this.#bytes.toString("utf8", start, start + length);
  }

  #isName(start: number, length: number): boolean {
    const bytes = this.#bytes.subarray(start, start + length);
    return isUtf8(bytes) && !bytes.includes(0);
  }

  /** Moves on by `length` bytes and returns where they begin. */
  #take(length: number): number {
    const start = this.#position;
    const end = start + length;
    if (end > this.#fileSize) throw badGguf("gguf_truncated", `The file ends at ${this.#fileSize} bytes, inside its head.`);
    if (end > MAX_HEADER_BYTES) throw badGguf("gguf_limit", `The head of the file is longer than ${MAX_HEADER_BYTES} bytes.`);
    if (end > this.#bytes.length) throw new HeaderIncomplete();
    this.#position = end;
    return start;
  }
}
