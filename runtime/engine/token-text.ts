/** Text of `tokens` as they follow `before`; bytes that are no complete character come out as U+FFFD. */
export type Decode = (tokens: readonly number[], before: readonly number[]) => string;

const REPLACEMENT = "\uFFFD";

/** Tokens before the undecided ones that a tokenizer may look at, e.g. to place a space. */
const CONTEXT_TOKENS = 4;

/** Undecided tokens after which even a damaged end is given out: no character spans so many. */
const MAX_UNDECIDED = 16;

/**
 * Turns tokens into text one by one. A token may end in the middle of a character: that end is held back until the
 * next tokens complete it. The cost of a token does not grow with the text.
 */
export class TokenText {
  readonly #decode: Decode;
  #before: number[];
  #undecided: number[] = [];
  /** Length of the part of the undecided tokens' text that is already given out. */
  #given = 0;

  /** `before`: the tokens that precede the first one, e.g. the prompt. */
  constructor(decode: Decode, before: readonly number[]) {
    this.#decode = decode;
    this.#before = before.slice(-CONTEXT_TOKENS);
  }

  /** The text that became certain with `token`. */
  push(token: number): string {
    this.#undecided.push(token);
    const text = this.#decode(this.#undecided, this.#before);
    const open = text.endsWith(REPLACEMENT) && this.#undecided.length < MAX_UNDECIDED;
    const certain = open ? text.slice(0, -REPLACEMENT.length) : text;
    const fresh = certain.slice(this.#given);
    if (open) this.#given = Math.max(this.#given, certain.length);
    else this.#settle();
    return fresh;
  }

  /** The end: an incomplete character comes out as U+FFFD. */
  flush(): string {
    if (this.#undecided.length === 0) return "";
    const rest = this.#decode(this.#undecided, this.#before).slice(this.#given);
    this.#settle();
    return rest;
  }

  #settle(): void {
    this.#before = [...this.#before, ...this.#undecided].slice(-CONTEXT_TOKENS);
    this.#undecided = [];
    this.#given = 0;
  }
}
