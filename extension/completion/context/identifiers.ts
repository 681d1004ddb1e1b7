const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
const PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|[\p{Lo}\p{Lt}\p{Lm}]+/gu;
const SHORTEST = 2;

/** Words that stand in every file and tell nothing about what it is about. */
const COMMON = new Set((
  "and as async await break case catch class const continue def default del do elif else enum except export extends false final finally fn for from func " +
  "function get if impl implements import in include instanceof int interface is lambda let match module mut namespace new nil none not null number of or " +
  "package pass private protected pub public raise readonly return self set static str string struct super switch this throw true try type typeof " +
  "undefined union unknown use using val var void where while with yield bool boolean any object list dict end then begin"
).split(" "));

/**
 * The identifiers of a text with their counts, whole and in parts (`readFile` counts as itself, `read` and `file`),
 * in lower case and without the languages' own words.
 */
export function identifiers(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (word: string): void => {
    if (word.length >= SHORTEST && !COMMON.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  };
  for (const [word] of text.matchAll(WORD)) {
    add(word.toLowerCase());
    const parts = word.match(PARTS) ?? [];
    if (parts.length > 1) for (const part of parts) add(part.toLowerCase());
  }
  return counts;
}
