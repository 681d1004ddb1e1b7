import { PassThrough } from "node:stream";

/** Output streams for a command, and what was written to them. */
export class CapturedIo {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  out = "";
  err = "";

  constructor() {
    this.stdout.on("data", (chunk: Buffer) => { this.out += chunk.toString(); });
    this.stderr.on("data", (chunk: Buffer) => { this.err += chunk.toString(); });
  }
}
