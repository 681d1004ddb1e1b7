import { fill, matchTemplate, templateOf, weight, type Template } from "./template.ts";

/** Longer texts are no messages. */
const MAX_CHARACTERS = 4_000;
/** Texts of which the translation is remembered. */
const MAX_KNOWN = 1_000;
/** A text at a place may have places of its own, and so on. */
const MAX_DEPTH = 4;
const FENCED = /(^```[^]*?^```$)/m;
const SENTENCE_END = /[.?] (?=[A-Z`])/g;

/**
 * Says the texts of `kernel/cells` in another language. They are made in English there, of parts; here the parts are
 * found again by a catalogue of texts with places. What the catalogue does not have stays English.
 */
export class Phrases {
  readonly #exact: ReadonlyMap<string, string>;
  /** Those with the most letters first: the surest match wins. */
  readonly #templates: readonly Template[];
  readonly #known = new Map<string, string>();

  constructor(catalogue: Readonly<Record<string, string>>) {
    this.#exact = new Map(Object.entries(catalogue));
    this.#templates = Object.entries(catalogue).flatMap(([text, translation]) => templateOf(text, translation) ?? []).sort((a, b) => weight(b) - weight(a));
  }

  /** A message, an explanation in one line, the title of a repair. */
  text(english: string): string {
    const known = this.#known.get(english);
    if (known !== undefined) return known;
    const translated = english.length > MAX_CHARACTERS ? english : this.#whole(english, 0) ?? this.#sentences(english, 0) ?? english;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(english, translated);
    return translated;
  }

  /** Markdown, paragraph by paragraph; what stands between fences is the user's. */
  markdown(english: string): string {
    return english.split(FENCED).map((block) => (block.startsWith("```") ? block : this.lines(block))).join("");
  }

  /** Several lines, each for itself, indentation kept. A line may be of a table: a name, and what it means. */
  lines(english: string): string {
    return english.split("\n").map((line) => this.#row(/^(\s*)(.+)$/, line) ?? this.#row(/^(\s*\S+\s+)(.+)$/, line) ?? line).join("\n");
  }

  /** Undefined: the second group has no translation. */
  #row(parts: RegExp, line: string): string | undefined {
    const [, before = "", text = ""] = parts.exec(line) ?? [];
    const translated = this.text(text);
    return translated === text ? undefined : `${before}${translated}`;
  }

  #whole(text: string, depth: number): string | undefined {
    const exact = this.#exact.get(text);
    if (exact !== undefined || depth > MAX_DEPTH) return exact;
    for (const template of this.#templates) {
      const parts = matchTemplate(template, text);
      if (parts !== null) return fill(template.translation, template, parts.map((part, i) => (template.places[i]?.isCode === true ? part : this.#part(part, depth + 1))));
    }
    return undefined;
  }

  /** What stands at a place. " Did you mean `x`?" stands there with the space before it, which Chinese does without. */
  #part(part: string, depth: number): string {
    const text = part.trimStart();
    if (text === "" || depth > MAX_DEPTH) return part;
    const translated = this.#whole(text, depth) ?? this.#sentences(text, depth);
    return translated ?? part;
  }

  /** Several messages after each other. Undefined: the first is not known. */
  #sentences(text: string, depth: number): string | undefined {
    for (const { index } of text.matchAll(SENTENCE_END)) {
      const head = this.#whole(text.slice(0, index + 1), depth);
      if (head === undefined) continue;
      const rest = text.slice(index + 2);
      const tail = this.#whole(rest, depth) ?? this.#sentences(rest, depth);
      return `${head}${tail ?? ` ${rest}`}`;
    }
    return undefined;
  }
}

/** Everything stays as it is. */
export const ENGLISH = new Phrases({});
