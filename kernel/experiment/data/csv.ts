/** One record of a CSV text, or why it is none. */
export interface CsvRecord {
  /** Line on which it begins, 1-based. */
  line: number;
  fields: string[];
  problem: string | null;
}

/**
 * Records of a CSV text (RFC 4180): quotes, doubled quotes, line breaks within quotes; LF, CRLF or CR. Empty lines are
 * left out. A quote that is never closed makes its own line a bad record; reading goes on with the next line, so that
 * one slip does not swallow the rest of the file.
 */
export function parseCsv(text: string, delimiter: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const whole = readRecord(text, at, delimiter);
    const read = whole ?? brokenRecord(text, at);
    const isBlank = read.fields.length === 1 && read.fields[0] === "" && read.problem === null && !text.startsWith('"', at);
    if (!isBlank) records.push({ line, fields: read.fields, problem: read.problem });
    line += countLines(text, at, read.end);
    at = read.end;
  }
  return records;
}

interface ReadRecord {
  fields: string[];
  problem: string | null;
  /** Behind its line break. */
  end: number;
}

/** Null: a quote is open at the end of the text. */
function readRecord(text: string, start: number, delimiter: string): ReadRecord | null {
  const fields: string[] = [];
  let problem: string | null = null;
  for (let at = start; ;) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at, delimiter);
    if (field === null) return null;
    fields.push(field.value);
    at = field.end;
    if (text.startsWith(delimiter, at) && at < text.length) {
      at += delimiter.length;
      continue;
    }
    if (at < text.length && !isBreak(text[at])) {
      problem = "something follows a closing quote";
      at = lineEnd(text, at);
    }
    return { fields, problem, end: afterBreak(text, at) };
  }
}

function quotedField(text: string, start: number): { value: string; end: number } | null {
  let value = "";
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return null;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}

function plainField(text: string, start: number, delimiter: string): { value: string; end: number } {
  let at = start;
  while (at < text.length && !isBreak(text[at]) && !text.startsWith(delimiter, at)) at++;
  return { value: text.slice(start, at), end: at };
}

function brokenRecord(text: string, start: number): ReadRecord {
  const end = lineEnd(text, start);
  return { fields: [text.slice(start, end)], problem: "a quote is not closed", end: afterBreak(text, end) };
}

function isBreak(character: string | undefined): boolean {
  return character === "\n" || character === "\r";
}

function lineEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isBreak(text[at])) at++;
  return at;
}

function afterBreak(text: string, at: number): number {
  if (text[at] === "\r" && text[at + 1] === "\n") return at + 2;
  return isBreak(text[at]) ? at + 1 : at;
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at++) if (text[at] === "\n" || (text[at] === "\r" && text[at + 1] !== "\n")) lines++;
  return lines;
}
