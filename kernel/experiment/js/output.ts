import { Console } from "node:console";
import { Writable } from "node:stream";
import type { FromWorker } from "./protocol.ts";

/** Characters that one cell may print. A loop that prints would otherwise fill the memory of the kernel. */
export const MAX_PRINTED = 10_000_000;

type StreamName = "stdout" | "stderr";

/** Sends what code prints to the cell that caused it, up to a limit. */
export class CellOutput {
  readonly #send: (message: FromWorker) => void;
  readonly #currentCell: () => number;
  readonly #printed = new Map<number, number>();

  constructor(send: (message: FromWorker) => void, currentCell: () => number) {
    this.#send = send;
    this.#currentCell = currentCell;
  }

  /** A console whose output goes to the notebook. */
  console(): Console {
    const stream = (name: StreamName) => new Writable({
      decodeStrings: false,
      write: (text: string | Buffer, _encoding, done) => {
        this.print(name, String(text));
        done();
      },
    });
    return new Console({ stdout: stream("stdout"), stderr: stream("stderr") });
  }

  print(name: StreamName, text: string): void {
    const cell = this.#currentCell();
    const before = this.#printed.get(cell) ?? 0;
    if (before >= MAX_PRINTED) return;
    this.#printed.set(cell, before + text.length);
    const rest = MAX_PRINTED - before;
    const shown = text.length <= rest ? text : `${text.slice(0, rest)}\n(more than ${MAX_PRINTED} characters printed: the rest is left out)\n`;
    this.#send({ type: "stream", cell, name, text: shown });
  }

  display(data: Record<string, unknown>, metadata: Record<string, unknown> = {}): void {
    this.#send({ type: "display", cell: this.#currentCell(), data, metadata });
  }

  clear(): void {
    this.#send({ type: "clear", cell: this.#currentCell() });
  }
}
