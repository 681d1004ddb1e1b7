import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

const POLL_MS = 200;
const CHUNK_BYTES = 64 * 1024;

/** Passes on what another process appends to a file, until disposed. */
export class FileFollower {
  readonly #path: string;
  readonly #receive: (text: string) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #decoder = new StringDecoder("utf8");
  #position = 0;

  constructor(path: string, receive: (text: string) => void) {
    this.#path = path;
    this.#receive = receive;
    this.#timer = setInterval(() => this.#read(), POLL_MS);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#read();
  }

  #read(): void {
    if (!existsSync(this.#path)) return;
    const file = openSync(this.#path, "r");
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (let bytes = readSync(file, buffer, 0, CHUNK_BYTES, this.#position); bytes > 0; bytes = readSync(file, buffer, 0, CHUNK_BYTES, this.#position)) {
        this.#position += bytes;
        this.#receive(this.#decoder.write(buffer.subarray(0, bytes)));
      }
    } finally {
      closeSync(file);
    }
  }
}
