import { LiteralError, isNewline, isWhite, type Cursor } from "./cursor.ts";

/** Deeper nesting than this is refused before the call stack ends. */
const DEEPEST = 100;
const NUMBER = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["None", null], ["True", true], ["False", false], ["null", null], ["true", true], ["false", false], ["nan", NaN], ["inf", Infinity],
]);
const SIMPLE_ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v", "\\": "\\", "'": "'", '"': '"' };
const HEX_ESCAPES: Record<string, number> = { x: 2, u: 4, U: 8 };

/**
 * One Python literal (and so every JSON value): None, True, numbers, `float('nan')`, strings, lists, tuples, dictionaries, over any number of lines.
 * Throws LiteralError. Tuples become lists.
 */
export function pythonLiteral(cursor: Cursor, depth = 0): unknown {
  if (depth > DEEPEST) throw new LiteralError("This is nested too deeply.", cursor.at);
  skipWhite(cursor);
  const next = cursor.peek();
  if (next === "'" || next === '"') return strings(cursor);
  if (cursor.take("[")) return items(cursor, "]", depth).values;
  if (cursor.take("{")) return dictionary(cursor, depth);
  if (cursor.take("(")) return parenthesised(cursor, depth);
  return word(cursor);
}

/** Space, line ends and comments inside brackets. */
function skipWhite(cursor: Cursor): void {
  for (;;) {
    cursor.takeWhile(isWhite);
    if (cursor.peek() !== "#") return;
    cursor.takeWhile((character) => !isNewline(character));
  }
}

function items(cursor: Cursor, close: string, depth: number): { values: unknown[]; commas: number } {
  const values: unknown[] = [];
  let commas = 0;
  for (;;) {
    skipWhite(cursor);
    if (cursor.take(close)) return { values, commas };
    if (values.length > commas) throw new LiteralError(`Expected \`,\` or \`${close}\`.`, cursor.at);
    values.push(pythonLiteral(cursor, depth + 1));
    skipWhite(cursor);
    if (cursor.take(",")) commas += 1;
  }
}

/** `(x)` is x, `(x,)` is a tuple: code formatters wrap long values in parentheses. */
function parenthesised(cursor: Cursor, depth: number): unknown {
  const { values, commas } = items(cursor, ")", depth);
  return values.length === 1 && commas === 0 ? values[0] : values;
}

function dictionary(cursor: Cursor, depth: number): Record<string, unknown> {
  const entries: Array<[string, unknown]> = [];
  let commas = 0;
  for (;;) {
    skipWhite(cursor);
    if (cursor.take("}")) return Object.fromEntries(entries);
    if (entries.length > commas) throw new LiteralError("Expected `,` or `}`.", cursor.at);
    const key = pythonLiteral(cursor, depth + 1);
    skipWhite(cursor);
    if (!cursor.take(":")) throw new LiteralError("Expected `:`.", cursor.at);
    entries.push([String(key), pythonLiteral(cursor, depth + 1)]);
    skipWhite(cursor);
    if (cursor.take(",")) commas += 1;
  }
}

/** Neighbouring strings are one, as in Python: formatters split long ones. */
function strings(cursor: Cursor): string {
  let text = oneString(cursor);
  for (;;) {
    const before = cursor.at;
    cursor.takeWhile((character) => character === " " || character === "\t");
    if (cursor.peek() !== "'" && cursor.peek() !== '"') {
      cursor.at = before;
      return text;
    }
    text += oneString(cursor);
  }
}

function oneString(cursor: Cursor): string {
  const start = cursor.at;
  const quote = cursor.peek();
  cursor.at += 1;
  let text = "";
  for (;;) {
    text += cursor.takeWhile((character) => character !== quote && character !== "\\" && !isNewline(character));
    if (cursor.take(quote)) return text;
    if (!cursor.take("\\")) throw new LiteralError("This text has no closing quote.", start);
    text += escape(cursor);
  }
}

function escape(cursor: Cursor): string {
  const start = cursor.at - 1;
  const letter = cursor.peek();
  const digits = HEX_ESCAPES[letter];
  if (digits !== undefined) {
    const hex = cursor.text.slice(cursor.at + 1, Math.min(cursor.at + 1 + digits, cursor.end));
    const code = new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(hex) ? parseInt(hex, 16) : Infinity;
    if (code > 0x10ffff) throw new LiteralError(`\`\\${letter}\` needs ${digits} hexadecimal digits of a character.`, start);
    cursor.at += 1 + digits;
    return String.fromCodePoint(code);
  }
  const simple = SIMPLE_ESCAPES[letter];
  cursor.at += 1;
  // Python keeps the backslash of an escape that it does not know; JSON's `\/` is a slash.
  return simple ?? (letter === "/" ? "/" : `\\${letter}`);
}

function word(cursor: Cursor): unknown {
  const start = cursor.at;
  const text = cursor.takeWhile((character) => /[\p{L}\p{N}_.+-]/u.test(character));
  const sign = text.startsWith("-") ? -1 : 1;
  const bare = /^[+-]/.test(text) ? text.slice(1) : text;
  if (text === "float" && cursor.take("(")) return floatCall(cursor);
  if (NUMBER.test(text)) return Number(text.replaceAll("_", ""));
  if (WORDS.has(bare)) {
    const value = WORDS.get(bare);
    if (bare === text) return value;
    if (typeof value === "number") return sign * value;
  }
  throw new LiteralError(text === "" ? "Expected a value." : `\`${text}\` is not a value. Text stands in quotes.`, start);
}

/** `float('nan')`, `float('inf')`, `float('-inf')`. */
function floatCall(cursor: Cursor): number {
  const start = cursor.at;
  const name = pythonLiteral(cursor);
  skipWhite(cursor);
  const value = new Map([["nan", NaN], ["inf", Infinity], ["+inf", Infinity], ["-inf", -Infinity]]).get(String(name).toLowerCase());
  if (value === undefined || !cursor.take(")")) throw new LiteralError("Expected 'nan', 'inf' or '-inf' and `)`.", start);
  return value;
}
