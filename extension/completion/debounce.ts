import { quantile } from "../../runtime/timing.ts";

/** Bounds of the wait before the model is asked, in ms. */
const SHORTEST = 15;
const LONGEST = 500;
/** Until enough keys were seen. */
const FIRST_WAIT = 120;
const REMEMBERED = 64;
const ENOUGH = 6;
/**
 * What is waited for at least, in typical gaps, and the least share of requests that should be answered before the next
 * key. Whose suggestions are mostly passed over is in another thought: there it is asked in clear pauses only.
 */
const EAGER = { gaps: 1.1, answered: 0.6 };
const RESERVED = { gaps: 1.6, answered: 0.75 };

/** Where the cursor stands. At the latter two one stops to think, each person in another way. */
type Place = "word" | "between" | "line";

/** What part of the wait within a word is right there, until the gaps after such places are known. */
const FACTOR: Readonly<Record<Place, number>> = { word: 1, between: 0.6, line: 0.5 };

/**
 * How long to wait for the next key, learned from the gaps between keys and from how long the engine takes. The longer
 * a pause has lasted the longer it will last, so after some wait most requests are answered in time. A slow engine
 * is asked in real pauses only; one that answers at once is asked between two words.
 */
export class Debounce {
  readonly #gaps: Readonly<Record<Place, number[]>> = { word: [], between: [], line: [] };
  readonly #all: number[] = [];
  readonly #engine: number[] = [];
  #last: { key: number; place: Place } | null = null;

  /** A key was pressed at `now`. `typed`: the line up to the cursor, with it. */
  key(now: number, typed: string): void {
    const gap = this.#last === null ? 0 : now - this.#last.key;
    if (this.#last !== null && gap > 0) {
      remember(this.#gaps[this.#last.place], gap);
      remember(this.#all, gap);
    }
    this.#last = { key: now, place: placeOf(typed) };
  }

  /** The engine took `ms` to something that could be shown. */
  answered(ms: number): void {
    remember(this.#engine, ms);
  }

  /** The wait in ms. `typed`: the line up to the cursor. `eager`: suggestions are usually taken up. */
  wait(typed: string, eager = true): number {
    const place = placeOf(typed);
    const gaps = this.#gaps[place].length < ENOUGH ? this.#all : this.#gaps[place];
    if (gaps.length < ENOUGH) return FIRST_WAIT * FACTOR[place];
    const { gaps: share, answered } = eager ? EAGER : RESERVED;
    const rhythm = share * median(this.#all) * FACTOR[place];
    return Math.round(Math.min(LONGEST, Math.max(SHORTEST, rhythm, worthwhileWait(gaps, median(this.#engine), answered))));
  }
}

/** The shortest wait after which the share `answered` of the pauses lasts for another `engineMs`. */
function worthwhileWait(gaps: readonly number[], engineMs: number, answered: number): number {
  const longer = (ms: number): number => gaps.filter((gap) => gap > ms).length;
  const waits = [SHORTEST, ...[...gaps].sort((a, b) => a - b)];
  return waits.find((wait) => longer(wait + engineMs) >= answered * longer(wait)) ?? LONGEST;
}

function placeOf(typed: string): Place {
  if (typed.trim() === "") return "line";
  return /[\w$]$/.test(typed) ? "word" : "between";
}

function remember(list: number[], value: number): void {
  list.push(value);
  if (list.length > REMEMBERED) list.shift();
}

/** 0 of nothing. */
function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : quantile([...values].sort((a, b) => a - b), 0.5);
}
