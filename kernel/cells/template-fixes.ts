import type { QuickFix, Range } from "./cell.ts";
import { replaceFix } from "./diagnostic.ts";
import { pathText, type PathStep } from "./value-path.ts";

/** Where a step of the path at `start` stands; null for one in another form than `.name`. */
export function stepRange(path: readonly PathStep[], step: number, source: string, start: number): Range | null {
  const text = pathText(path.slice(0, step + 1));
  const name = path[step];
  const isAsTyped = typeof name === "string" && source.startsWith(text, start);
  return isAsTyped ? { start: start + text.length - name.length, end: start + text.length } : null;
}

/** The repair of a filter's or tag's name, where it stands once behind its mark. */
export function wordFix(word: string, suggestion: string | undefined, source: string, range: Range, mark: "|" | "{%"): QuickFix | undefined {
  const text = source.slice(range.start, range.end);
  const places = [...text.matchAll(/(\||\{%-?)[ \t]*([\p{L}_][\p{L}\p{N}_]*)/gu)].filter((match) => match[1]?.startsWith(mark) === true && match[2] === word);
  const [place] = places;
  if (suggestion === undefined || place === undefined || places.length > 1) return undefined;
  const end = range.start + place.index + place[0].length;
  return replaceFix({ start: end - word.length, end }, suggestion);
}

