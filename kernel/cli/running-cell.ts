import type { IOutput } from "@jupyterlab/nbformat";
import type { Writable } from "node:stream";
import { nowMs } from "../../runtime/timing.ts";
import { outputText } from "./terminal-output.ts";

const REDRAW_MS = 100;
/** Elsewhere than on a terminal: a line this often. */
const LINE_MS = 10_000;
const CLEAR_LINE = "\r\u001b[K";

/** One line that shows what a running cell last said: redrawn on a terminal, now and then a line elsewhere. */
export class RunningCell {
  readonly #out: Writable & { isTTY?: boolean; columns?: number };
  readonly #started = nowMs();
  readonly #timer: NodeJS.Timeout;
  #text = "";
  #drawn = false;

  constructor(out: Writable) {
    this.#out = out;
    this.#timer = setInterval(() => this.#draw(), this.#out.isTTY ? REDRAW_MS : LINE_MS);
  }

  /** Takes the outputs as they are now. */
  show(outputs: readonly IOutput[]): void {
    const last = outputs.at(-1);
    this.#text = last === undefined ? "" : outputText(last).trimEnd().split("\n").at(-1) ?? "";
  }

  /** Takes the line off the terminal. */
  clear(): void {
    clearInterval(this.#timer);
    if (this.#drawn && this.#out.isTTY) this.#out.write(CLEAR_LINE);
    this.#drawn = false;
  }

  #draw(): void {
    const seconds = ((nowMs() - this.#started) / 1000).toFixed(0);
    const line = `  ${seconds} s  ${this.#text}`;
    if (this.#out.isTTY) this.#out.write(CLEAR_LINE + line.slice(0, (this.#out.columns ?? 80) - 1));
    else this.#out.write(`${line}\n`);
    this.#drawn = true;
  }
}
