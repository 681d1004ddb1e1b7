import { LiteralError, isSpace, isWhite, type Cursor } from "./cursor.ts";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Bare words that stand for a value. Those of Python are here for people who write `x=True`. */
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["", null], ["true", true], ["false", false], ["True", true], ["False", false], ["None", null],
  ["nan", NaN], ["inf", Infinity], ["-inf", -Infinity],
]);

/**
 * The value after `name=` as bash writes it: a word with quotes in it, or a list `(a 'b c')`.
 * Nothing after `=` is null. Throws LiteralError.
 */
export function bashLiteral(cursor: Cursor): unknown {
  if (!cursor.take("(")) return word(cursor);
  const values: unknown[] = [];
  for (;;) {
    cursor.takeWhile(isWhite);
    if (cursor.take(")")) return values;
    if (cursor.done) throw new LiteralError("Expected `)`.", cursor.at);
    values.push(word(cursor));
  }
}

/** A bare word is a number or `true` where it looks like one; anything with a quote in it is text. */
function word(cursor: Cursor): unknown {
  let text = "";
  let quoted = false;
  for (;;) {
    const next = cursor.peek();
    if (next === "" || isWhite(next) || next === ")" || next === "(") break;
    if (next === "'" || next === '"') {
      quoted = true;
      text += quotedPart(cursor, next);
    } else {
      cursor.take("\\");
      text += cursor.peek();
      cursor.at += 1;
    }
  }
  if (quoted) return text;
  if (NUMBER.test(text)) return Number(text);
  return WORDS.has(text) ? WORDS.get(text) : text;
}

function quotedPart(cursor: Cursor, quote: string): string {
  const start = cursor.at;
  cursor.at += 1;
  let text = "";
  for (;;) {
    text += cursor.takeWhile((character) => character !== quote && (quote === "'" || character !== "\\"));
    if (cursor.take(quote)) return text.replaceAll("\r\n", "\n");
    if (!cursor.take("\\")) throw new LiteralError("This text has no closing quote.", start);
    // Inside double quotes a backslash only escapes these.
    if (!'"\\$`'.includes(cursor.peek()) || cursor.done) text += "\\";
    text += cursor.peek();
    cursor.at += 1;
  }
}

/** True if what follows `=` is written the way bash is: directly after it, and not a Python list or dictionary. */
export function looksLikeBash(before: string, after: string): boolean {
  return !isSpace(before) && !isSpace(after) && after !== "[" && after !== "{";
}
