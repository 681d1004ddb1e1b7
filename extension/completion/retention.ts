/** Longer texts are compared by their ends only: the comparison takes the product of the lengths. In tokens. */
const MOST_TOKENS = 2_000;

/**
 * How many characters of an accepted text are still there in `current`, in the same order: the longest common
 * subsequence over words and marks. White space does not count.
 */
export function retainedCharacters(accepted: string, current: string): number {
  const a = tokens(accepted);
  const b = tokens(current);
  // One row of the table is enough, as only the length is asked for.
  let row = new Array<number>(b.length + 1).fill(0);
  for (const token of a) {
    const next = [0];
    for (let j = 1; j <= b.length; j++) {
      next.push(b[j - 1] === token ? (row[j - 1] as number) + token.length : Math.max(row[j] as number, next[j - 1] as number));
    }
    row = next;
  }
  return row[b.length] as number;
}

export function visibleCharacters(text: string): number {
  return text.replace(/\s/g, "").length;
}

function tokens(text: string): string[] {
  return (text.match(/\w+|[^\s\w]/g) ?? []).slice(0, MOST_TOKENS);
}

/** One change of a document, as editors tell it: offsets into the text before the change. */
export interface TextChange {
  offset: number;
  removed: number;
  inserted: number;
}

/** Where a text is that was put into a document. Moves with the edits around it, and grows and shrinks with those in it. */
export class TextSpan {
  #start: number;
  #end: number;

  constructor(start: number, end: number) {
    this.#start = start;
    this.#end = end;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  apply({ offset, removed, inserted }: TextChange): void {
    const end = offset + removed;
    const shift = (at: number, atChange: number): number => (at >= end ? at + inserted - removed : Math.min(at, atChange));
    if (offset >= this.#end) return;
    if (end <= this.#start) {
      this.#start += inserted - removed;
      this.#end += inserted - removed;
      return;
    }
    this.#start = Math.min(this.#start, offset);
    this.#end = shift(this.#end, offset + inserted);
  }
}
