import type { Writable } from "node:stream";
import { nowMs } from "../../runtime/timing.ts";
import type { Progress } from "../../runtime/models/model.ts";
import { formatBytes, formatSeconds } from "./format.ts";

const BAR_CELLS = 24;
const REDRAW_MS = 100;
/** Where the bar cannot be redrawn, a line this often, and none before. */
const LINE_MS = 5_000;
const FIRST_LINE_MS = 2_000;
const CLEAR_LINE = "\r\u001b[K";

/** Shows the progress of one piece of work after another: a bar on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  readonly #out: Writable & { isTTY?: boolean; columns?: number };
  readonly #label: string;
  readonly #now: () => number;
  readonly #start: number;
  #step: { name: string; startMs: number; startDone: number } | undefined;
  #shownAt = -Infinity;
  #drawn = false;

  constructor(out: Writable, label: string, now: () => number = nowMs) {
    this.#out = out;
    this.#label = label;
    this.#now = now;
    this.#start = now();
  }

  /** To be passed as `onProgress`. */
  readonly update = (progress: Progress): void => {
    const now = this.#now();
    if (this.#step?.name !== progress.step) {
      this.#step = { name: progress.step, startMs: now, startDone: progress.done };
      if (this.#out.isTTY) this.#shownAt = -Infinity;
    }
    if (now - this.#start < (this.#out.isTTY ? 0 : FIRST_LINE_MS) || now - this.#shownAt < (this.#out.isTTY ? REDRAW_MS : LINE_MS)) return;
    this.#shownAt = now;
    const text = progressText(this.#label, progress, now - this.#step.startMs, progress.done - this.#step.startDone);
    if (this.#out.isTTY) this.#out.write(CLEAR_LINE + text.slice(0, (this.#out.columns ?? 80) - 1));
    else this.#out.write(`${text}\n`);
    this.#drawn = true;
  };

  /** Takes the bar off the terminal. */
  clear(): void {
    if (this.#drawn && this.#out.isTTY) this.#out.write(CLEAR_LINE);
    this.#drawn = false;
  }
}

/** One line. The rate is that of this step: `gained` units in `elapsedMs`. */
export function progressText(label: string, { step, done, total, unit }: Progress, elapsedMs: number, gained: number): string {
  const amount = (value: number): string => (unit === "bytes" ? formatBytes(value) : `${value} ${unit}`);
  const perSecond = elapsedMs > 0 ? (gained * 1000) / elapsedMs : 0;
  const rate = perSecond > 0 ? `  ${amount(Math.round(perSecond))}/s` : "";
  const head = `${label}: ${step}`;
  if (total === null) return done > 0 ? `${head}  ${amount(done)}${rate}` : head;
  const share = total > 0 ? Math.min(done / total, 1) : 1;
  const full = Math.floor(share * BAR_CELLS);
  const left = perSecond > 0 && done < total ? `  ${formatSeconds((total - done) / perSecond)} left` : "";
  return `${head} [${"#".repeat(full)}${".".repeat(BAR_CELLS - full)}] ${Math.floor(share * 100)} %  ${amount(done)} of ${amount(total)}${rate}${left}`;
}
