/** Text of `tokens` as they follow `before`; bytes that are no complete character come out as U+FFFD. */
export type Decode = (tokens: readonly number[], before: readonly number[]) => string;

const REPLACEMENT = "\uFFFD";

/** Tokens before the undecided ones that a tokenizer may look at, e.g. to place a space. */
const CONTEXT_TOKENS = 4;

/** Undecided tokens are forgotten from this number on: where every token ends within a character, they never settle. */
const MAX_UNDECIDED = 16;
/** Tokens that stay. An incomplete character has begun in one of the last four. */
const KEPT_UNDECIDED = 8;

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
    const certain = certainPart(text);
    const fresh = certain.slice(this.#given);
    if (certain === text) this.#settle();
    else if (this.#undecided.length < MAX_UNDECIDED) this.#given = Math.max(this.#given, certain.length);
    else this.#forget();
    return fresh;
  }

  /** The end: an incomplete character comes out as U+FFFD. */
  flush(): string {
    if (this.#undecided.length === 0) return "";
    const rest = this.#decode(this.#undecided, this.#before).slice(this.#given);
    this.#settle();
    return rest;
  }

  /** Goes on with the last tokens only. They may begin within a character: what that shows as counts as given out. */
  #forget(): void {
    this.#before = [...this.#before, ...this.#undecided.slice(0, -KEPT_UNDECIDED)].slice(-CONTEXT_TOKENS);
    this.#undecided = this.#undecided.slice(-KEPT_UNDECIDED);
    this.#given = certainPart(this.#decode(this.#undecided, this.#before)).length;
  }

  #settle(): void {
    this.#before = [...this.#before, ...this.#undecided].slice(-CONTEXT_TOKENS);
    this.#undecided = [];
    this.#given = 0;
  }
}

/** The text without a character that may still be completed. */
function certainPart(text: string): string {
  return text.endsWith(REPLACEMENT) ? text.slice(0, -REPLACEMENT.length) : text;
}
