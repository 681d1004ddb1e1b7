import type { Range, Setting } from "./cell.ts";
import { hasErrors } from "./diagnostic.ts";
import { isBlank, splitLines, type Line } from "./lines.ts";
import { parseCell } from "./parse.ts";

export interface SettingsEdit {
  range: Range;
  text: string;
}

/**
 * The edits that give a prompt cell's front matter these values (YAML, on one line; null takes the key out), leaving
 * everything else as it stands. Null: it is no prompt cell, or its front matter cannot be read.
 */
export function settingsEdits(source: string, values: Readonly<Record<string, string | null>>): SettingsEdit[] | null {
  const { cell, diagnostics } = parseCell(source);
  if (cell.kind !== "prompt" || hasErrors(diagnostics)) return null;
  const lines = splitLines(source);
  const newline = /\r\n|\r|\n/.exec(source)?.[0] ?? "\n";
  const edits: SettingsEdit[] = [];
  const added: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    const setting = cell.settings.find((one) => one.key === key);
    if (setting === undefined) added.push(...(value === null ? [] : [`${key}: ${value}${newline}`]));
    else edits.push(value === null ? { range: wholeLines(source, lines, setting), text: "" } : { range: valueOf(source, setting), text: setting.valueRange.end > setting.valueRange.start ? value : ` ${value}` });
  }
  if (added.length === 0) return edits;
  return [...edits, addition(source, lines, added.join(""), newline)];
}

/** Keys go below the opening fence; without front matter one is made below the kind line. */
function addition(source: string, lines: Line[], text: string, newline: string): SettingsEdit {
  const used = lines.filter((line) => !isBlank(line));
  const head = used[0]?.text.startsWith("%%") === true ? used[1] : used[0];
  const isOpen = head !== undefined && /^---[ \t]*$/.test(head.text);
  const at = isOpen ? lineAfter(source, lines, head) : (head?.start ?? source.length);
  return { range: { start: at, end: at }, text: isOpen ? text : `---${newline}${text}---${newline}` };
}

function lineAfter(source: string, lines: Line[], line: Line): number {
  return lines.find(({ start }) => start > line.start)?.start ?? source.length;
}

function valueOf(source: string, { keyRange, valueRange }: Setting): Range {
  if (valueRange.end > valueRange.start) return withoutTrailingSpace(source, valueRange);
  const colon = source.indexOf(":", keyRange.end) + 1;
  return { start: colon, end: colon };
}

function wholeLines(source: string, lines: Line[], { keyRange, valueRange }: Setting): Range {
  const end = withoutTrailingSpace(source, { start: keyRange.start, end: valueRange.end }).end;
  const first = lines.findLast(({ start }) => start <= keyRange.start);
  const last = lines.findLast(({ start }) => start <= end);
  return { start: first?.start ?? keyRange.start, end: last === undefined ? end : lineAfter(source, lines, last) };
}

/** The range of a value of several lines may reach to the next key. */
function withoutTrailingSpace(source: string, { start, end }: Range): Range {
  return { start, end: start + source.slice(start, end).trimEnd().length };
}
