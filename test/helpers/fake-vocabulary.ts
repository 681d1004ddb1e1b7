/** Ids of the fake vocabulary's control tokens. */
export const FAKE_TOKENS = { end: 0, begin: 1, fimPrefix: 2, fimSuffix: 3, fimMiddle: 4 } as const;

const CONTROL_TEXT: ReadonlyArray<[number, string]> = [
  [FAKE_TOKENS.end, "<|im_end|>"],
  [FAKE_TOKENS.begin, "<|im_start|>"],
  [FAKE_TOKENS.fimPrefix, "<|fim_prefix|>"],
  [FAKE_TOKENS.fimSuffix, "<|fim_suffix|>"],
  [FAKE_TOKENS.fimMiddle, "<|fim_middle|>"],
];

const FIRST_WORD = 16;
const CONTROL_PATTERN = /(<\|(?:im_end|im_start|fim_prefix|fim_suffix|fim_middle)\|>)/;
const WORD_PATTERN = /\s*[^\s]+|\s+/g;

/** Words with the white space before them are tokens; ids are given in order of first appearance. Lossless. */
export class FakeVocabulary {
  static readonly size = 50_000;
  #ids = new Map<string, number>();
  #texts = new Map<number, string>(CONTROL_TEXT);

  /** Control tokens are recognised only when `special`, as in the real engine. */
  encode(text: string, special: boolean): number[] {
    if (!special) return this.#words(text);
    return text.split(CONTROL_PATTERN).flatMap((piece) => {
      const control = CONTROL_TEXT.find(([, name]) => name === piece);
      return control === undefined ? this.#words(piece) : [control[0]];
    });
  }

  decode(tokens: Iterable<number>): string {
    return [...tokens].map((token) => this.#texts.get(token) ?? "").join("");
  }

  #words(text: string): number[] {
    return (text.match(WORD_PATTERN) ?? []).map((word) => this.#id(word));
  }

  #id(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = FIRST_WORD + this.#ids.size;
    this.#ids.set(word, id);
    this.#texts.set(id, word);
    return id;
  }
}
