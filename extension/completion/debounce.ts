import { quantile } from "../../runtime/timing.ts";

/** Bounds of the wait before the model is asked, in ms. */
const SHORTEST = 15;
const LONGEST = 400;
/** Until enough keys were seen. */
const FIRST_WAIT = 120;
const REMEMBERED = 24;
const ENOUGH = 6;
/** A longer gap is a pause in thought, which tells nothing of the rhythm. */
const PAUSE_MS = 1_200;
/** How much of a typical gap is waited for: most gaps are shorter, so a key that follows in rhythm asks nothing. */
const GAP_SHARE = 1.1;
/** A slow engine answers after the pause anyway; waiting long in addition would only add up. */
const ENGINE_SHARE = 0.25;

/** How long to wait for the next key, learned from the gaps between keys and from how long the engine takes. */
export class Debounce {
  readonly #gaps: number[] = [];
  readonly #engine: number[] = [];
  #lastKey: number | null = null;

  /** A key was pressed at `now`. */
  key(now: number): void {
    const gap = this.#lastKey === null ? Infinity : now - this.#lastKey;
    this.#lastKey = now;
    if (gap > 0 && gap < PAUSE_MS) remember(this.#gaps, gap);
  }

  /** The engine took `ms` to something that could be shown. */
  answered(ms: number): void {
    remember(this.#engine, ms);
  }

  /**
   * The wait in ms. `typed` is the line up to the cursor: at places where one stops to think (after a bracket, an
   * operator, a new line) the wait is shorter than within a word.
   */
  wait(typed: string): number {
    const rhythm = this.#gaps.length < ENOUGH ? FIRST_WAIT : median(this.#gaps) * GAP_SHARE;
    const engine = this.#engine.length === 0 ? 0 : median(this.#engine) * ENGINE_SHARE;
    return Math.round(Math.min(LONGEST, Math.max(SHORTEST, rhythm * factorAt(typed) - engine)));
  }
}

function factorAt(typed: string): number {
  if (typed.trim() === "") return 0.5;
  return /[\w$]$/.test(typed) ? 1 : 0.6;
}

function remember(list: number[], value: number): void {
  list.push(value);
  if (list.length > REMEMBERED) list.shift();
}

function median(values: readonly number[]): number {
  return quantile([...values].sort((a, b) => a - b), 0.5);
}
