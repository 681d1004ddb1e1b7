/** A name in a text, with the offset where it stands. */
export interface Reference {
  name: string;
  offset: number;
}

/** What stands before a bracket without being called. */
const NOT_CALLED = new Set([
  "if", "for", "while", "switch", "match", "catch", "return", "function", "def", "fn", "func", "await", "typeof", "sizeof", "with", "elif",
  "print", "len", "range", "str", "int", "list", "dict", "set", "super", "require", "import", "new", "and", "or", "not", "in", "assert", "throw", "constructor",
]);
const CALL = /(?<![\p{L}\p{N}_$])([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:<[\w\s,[\]|]{0,60}>)?\(/gu;
const TYPE = /(?<![\p{L}\p{N}_$.])(\p{Lu}[\p{L}\p{N}_$]*\p{Ll}[\p{L}\p{N}_$]*)/gu;
const COMMENT_OR_STRING = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gu;

/** Names that a piece of code calls or uses as types, each once, calls first, at most `most`. */
export function references(code: string, most: number): Reference[] {
  const bare = code.replace(COMMENT_OR_STRING, (text) => " ".repeat(text.length));
  const found = new Map<string, Reference>();
  for (const pattern of [CALL, TYPE]) {
    for (const match of bare.matchAll(pattern)) {
      const name = match[1] ?? "";
      if (!NOT_CALLED.has(name) && !found.has(name)) found.set(name, { name, offset: match.index });
    }
  }
  return [...found.values()].slice(0, most);
}
