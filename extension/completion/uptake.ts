import type { DocumentView } from "./document-view.ts";
import { restOf, type ShownSuggestion } from "./suggestion-cache.ts";

/** Outcomes remembered. */
const REMEMBERED = 8;
/** Until so many are known, writing ahead is tried. */
const ENOUGH = 1;
/** Of what is written ahead, this share must be reached by typing or accepting; else it is mostly thrown away. */
const WORTH_IT = 0.6;
/** A suggestion that somebody typed so much of is not left any more. */
const TAKEN = 0.5;

/** What a person has made of the suggestion on screen: nothing yet, typed a good part of it, accepted the whole at once. */
export type Uptaken = "none" | "typed" | "accepted";

/** Learns whether suggestions are taken up, and so whether to write more than is shown. */
export class Uptake {
  readonly #outcomes: boolean[] = [];
  #shown: ShownSuggestion | null = null;
  #progress = 0;

  /** True while the lines behind a suggestion are likely to be wanted. */
  get isUsual(): boolean {
    const { length } = this.#outcomes;
    return length < ENOUGH || this.#outcomes.filter((taken) => taken).length >= WORTH_IT * length;
  }

  /** `shown` is on screen now. */
  shown(shown: ShownSuggestion): void {
    this.#settle();
    this.#shown = shown;
    this.#progress = 0;
  }

  /** The cursor is at `view`. */
  follow(view: DocumentView): Uptaken {
    const shown = this.#shown;
    if (shown === null) return "none";
    const rest = restOf(shown, view);
    if (rest === null) {
      this.#settle();
      return "none";
    }
    const before = this.#progress;
    this.#progress = shown.text.length - rest.length;
    // A key adds one character, or a line end with its indentation; an accept adds all of the rest.
    if (rest === "" && shown.text.slice(before).trim().length > 1) return "accepted";
    return this.#progress >= TAKEN * shown.text.length ? "typed" : "none";
  }

  #settle(): void {
    if (this.#shown === null) return;
    this.#outcomes.push(this.#progress >= TAKEN * this.#shown.text.length);
    if (this.#outcomes.length > REMEMBERED) this.#outcomes.shift();
    this.#shown = null;
  }
}
