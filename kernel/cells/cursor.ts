/** A place in a text, moved forward by a hand-written parser. */
export class Cursor {
  readonly text: string;
  at: number;
  readonly end: number;

  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** The next character, "" at the end. */
  peek(): string {
    return this.done ? "" : this.text.charAt(this.at);
  }

  /** Moves past `expected` if it comes next. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at) || this.at + expected.length > this.end) return false;
    this.at += expected.length;
    return true;
  }

  /** Moves past characters for which `test` holds and returns them. */
  takeWhile(test: (character: string) => boolean): string {
    const start = this.at;
    while (!this.done && test(this.peek())) this.at += 1;
    return this.text.slice(start, this.at);
  }
}

/** Something a literal cannot be, at an offset. Caught by the parser of the cell. */
export class LiteralError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = "LiteralError";
    this.offset = offset;
  }
}

export const isSpace = (character: string): boolean => character === " " || character === "\t";
export const isWhite = (character: string): boolean => isSpace(character) || character === "\n" || character === "\r";
export const isNewline = (character: string): boolean => character === "\n" || character === "\r";
