import { bashLiteral, looksLikeBash } from "./bash-literal.ts";
import type { Diagnostic, Setting } from "./cell.ts";
import { Cursor, LiteralError, isNewline, isSpace, isWhite } from "./cursor.ts";
import { errorAt, warningAt } from "./diagnostic.ts";
import { pythonLiteral } from "./python-literal.ts";

/** The comment that papermill writes above the parameters that it injects. */
export const PARAMETERS_COMMENT = /^#[ \t]*parameters[ \t]*$/i;
/** A line that gives a parameter its value: `name = 1`, `name=1`, `name: int = 1`, `%param name = 1`. */
export const PARAMETER_LINE = /^[ \t]*(?:%param[ \t]+)?[\p{L}_][\p{L}\p{N}_]*[ \t]*(?::[^=\r\n]{0,80})?=/u;

export interface Parameters {
  values: Setting[];
  diagnostics: Diagnostic[];
}

/** Reads `name = literal` lines (Python, bash or JSON literals) from `start` to `end`. Stops at the first mistake, which becomes a diagnostic. */
export function parseParameters(source: string, start: number, end: number): Parameters {
  const cursor = new Cursor(source, start, end);
  const values: Setting[] = [];
  const diagnostics: Diagnostic[] = [];
  try {
    for (skipLines(cursor); !cursor.done; skipLines(cursor)) {
      const setting = parameter(cursor);
      if (values.some((other) => other.key === setting.key)) diagnostics.push(errorAt(setting.keyRange, "duplicate_key", "This name stands here twice."));
      diagnostics.push(...precisionWarnings(setting, source));
      values.push(setting);
    }
  } catch (error) {
    if (!(error instanceof LiteralError)) throw error;
    const at = Math.min(error.offset, end);
    diagnostics.push(errorAt({ start: at, end: Math.min(Math.max(at + 1, cursor.at), end) }, "bad_literal", error.message));
  }
  return { values, diagnostics };
}

/** Blank lines, comments and the `;` that some people end a line with. */
function skipLines(cursor: Cursor): void {
  for (;;) {
    cursor.takeWhile((character) => isWhite(character) || character === ";");
    if (cursor.peek() !== "#") return;
    cursor.takeWhile((character) => !isNewline(character));
  }
}

function parameter(cursor: Cursor): Setting {
  if (cursor.take("%param")) cursor.takeWhile(isSpace);
  const keyStart = cursor.at;
  const key = cursor.takeWhile((character) => /[\p{L}\p{N}_]/u.test(character));
  const keyRange = { start: keyStart, end: cursor.at };
  if (key === "") throw new LiteralError("Expected `name = value`.", cursor.at);
  cursor.takeWhile(isSpace);
  if (cursor.peek() === ":") cursor.takeWhile((character) => character !== "=" && !isNewline(character));
  const before = cursor.text.charAt(cursor.at - 1);
  if (!cursor.take("=")) throw new LiteralError(`Expected \`${key} = value\`.`, cursor.at);
  const isBash = looksLikeBash(before, cursor.peek());
  if (!isBash) cursor.takeWhile(isSpace);
  const valueStart = cursor.at;
  const value = isBash ? bashLiteral(cursor) : pythonLiteral(cursor);
  const valueRange = { start: valueStart, end: cursor.at };
  cursor.takeWhile(isSpace);
  if (!cursor.done && !isNewline(cursor.peek()) && cursor.peek() !== "#" && cursor.peek() !== ";") {
    throw new LiteralError("Expected the end of the line after the value.", cursor.at);
  }
  return { key, value, keyRange, valueRange };
}

function precisionWarnings({ value, valueRange }: Setting, source: string): Diagnostic[] {
  const digits = source.slice(valueRange.start, valueRange.end).replaceAll("_", "");
  if (typeof value !== "number" || !/^[+-]?\d{16,}$/.test(digits)) return [];
  const isKept = Number.isFinite(value) && BigInt(digits) === BigInt(value);
  return isKept ? [] : [warningAt(valueRange, "number_precision", "This whole number is too large to be kept exactly. Put it in quotes to keep its digits.")];
}
