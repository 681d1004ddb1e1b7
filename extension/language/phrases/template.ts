/** A text with places: "`{0}` is {1}, not {2}.", and how it is said in another language. */
export interface Template {
  /** What stands between the places; one more than places. */
  literals: readonly string[];
  /** The number of each place, and whether code stands there (between back quotes), which has no translation. */
  places: ReadonlyArray<{ slot: number; isCode: boolean }>;
  translation: string;
}

const PLACE = /\{(\d+)\}/g;

/** Null: the text has no places. */
export function templateOf(text: string, translation: string): Template | null {
  const found = [...text.matchAll(PLACE)];
  if (found.length === 0) return null;
  const ends = found.map((place) => place.index + place[0].length);
  const literals = [...found.map((place, i) => text.slice(ends[i - 1] ?? 0, place.index)), text.slice(ends.at(-1))];
  const places = found.map((place, i) => ({ slot: Number(place[1]), isCode: isInCode(text, place.index) && text.indexOf("`", ends[i]) >= 0 }));
  return { literals, places, translation };
}

/** Letters and signs that a text must have in common with the template: the more, the surer the match. */
export function weight({ literals }: Template): number {
  return literals.reduce((sum, { length }) => sum + length, 0);
}

/**
 * The texts at the places of `template` in `text`; null where it is another text. Each literal is taken where it is
 * first found and nothing is tried again: the work is bounded by the length of the text, whatever a cell holds.
 */
export function matchTemplate({ literals, places }: Template, text: string): string[] | null {
  const [first = "", ...others] = literals;
  const last = others.at(-1) ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return null;
  const parts: string[] = [];
  let at = first.length;
  for (const [i, literal] of others.entries()) {
    const isLast = i === others.length - 1;
    const end = isLast ? text.length - literal.length : text.indexOf(literal, at);
    if (end < at) return null;
    const part = text.slice(at, end);
    // Code ends at its back quote; what is not code has them in pairs.
    if (places[i]?.isCode === true ? part.includes("`") : part.split("`").length % 2 === 0) return null;
    parts.push(part);
    at = end + literal.length;
  }
  return parts;
}

/** The translation with `parts` at its places. */
export function fill(translation: string, { places }: Template, parts: readonly string[]): string {
  return translation.replace(PLACE, (_, slot: string) => parts[places.findIndex((place) => place.slot === Number(slot))] ?? "");
}

function isInCode(text: string, index: number): boolean {
  return text.slice(0, index).split("`").length % 2 === 0;
}
