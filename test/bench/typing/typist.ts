import { seeded } from "../../helpers/tiny-gguf.ts";

/** One key: its text, "" for a backspace, and the time since the key before it, in ms. */
export interface Key {
  text: string;
  gapMs: number;
}

/** Median gap within a word, and the spread of its logarithm: together with the pauses, the median of all is near 150 ms. */
const GAP_MS = 135;
const SPREAD = 0.45;
/** Well-known pairs of letters come in bursts. */
const BURST_SHARE = 0.25;
const BURST_FACTOR = 0.5;
/** People think before a line and after what ends a thought. */
const LINE_PAUSE_MS = 900;
const WORD_PAUSE_MS = 220;
const PAUSE_SPREAD = 0.6;
/** Shares of keys that are wrong and taken back, and of lines before which somebody reads for a while. */
const SLIP_SHARE = 0.025;
const READING_SHARE = 0.15;
const READING_MS = 2500;

/** A person at the keys, the same for the same seed. */
export class Typist {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** The keys that write `text`, with slips and their corrections. A line end comes with the white space after it, as editors indent. */
  keys(text: string): Key[] {
    const keys: Key[] = [];
    let before = "\n";
    for (const [char] of text.matchAll(/\n[ \t]*|[^]/gu)) {
      if (/[a-z]/.test(char) && this.#random() < SLIP_SHARE) {
        keys.push({ text: this.#wrong(char), gapMs: this.gap(before, char) });
        keys.push({ text: "", gapMs: this.#around(2 * GAP_MS, SPREAD) });
      }
      keys.push({ text: char, gapMs: this.gap(before, char) });
      before = char;
    }
    return keys;
  }

  /** Time before `char` when `before` was typed last, in ms. */
  gap(before: string, char: string): number {
    if (before.startsWith("\n")) return this.#around(this.#random() < READING_SHARE ? READING_MS : LINE_PAUSE_MS, PAUSE_SPREAD);
    if (/[\s(,.;:{[]/.test(before) && /\w/.test(char)) return this.#around(WORD_PAUSE_MS, PAUSE_SPREAD);
    return this.#around(GAP_MS * (this.#random() < BURST_SHARE ? BURST_FACTOR : 1), SPREAD);
  }

  /** Log-normal: most gaps are short, a few are long. */
  #around(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
    return median * Math.exp(spread * normal);
  }

  #wrong(char: string): string {
    const letters = "abcdefghijklmnopqrstuvwxyz".replace(char, "");
    return letters[Math.floor(this.#random() * letters.length)] ?? "x";
  }
}
