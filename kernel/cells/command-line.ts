import type { Command, Diagnostic, Range, Setting } from "./cell.ts";
import type { CommandSpec } from "./commands.ts";
import { errorAt } from "./diagnostic.ts";
import type { Line } from "./lines.ts";
import { parseMapping } from "./yaml-mapping.ts";

const COMMAND_LINE = /^[ \t]*%([A-Za-z_][A-Za-z0-9_-]*)(.*)$/s;

/** Reads one `%name words` line; null if it is something else. */
export function parseCommandLine(line: Line): Command | null {
  const match = COMMAND_LINE.exec(line.text);
  if (match === null) return null;
  const after = match[2] ?? "";
  const rest = after.trim();
  const restStart = line.end - (rest === "" ? after : after.trimStart()).length;
  const restRange = { start: restStart, end: restStart + rest.length };
  return { name: match[1] ?? "", args: splitWords(rest), rest, restRange, range: { start: line.start, end: line.end } };
}

/** True if the line asks a command to explain itself. */
export function wantsHelp(command: Command): boolean {
  return command.args[0] === "-h" || command.args[0] === "--help";
}

/** Words at spaces; quotes keep spaces together and fall away. A quote that is never closed reaches to the end. */
export function splitWords(text: string): string[] {
  return placedWords(text).map(({ word }) => word);
}

interface PlacedWord extends Range {
  word: string;
}

/** The words with where they stand in `text`, quotes included. */
function placedWords(text: string): PlacedWord[] {
  const words: PlacedWord[] = [];
  let open: PlacedWord | null = null;
  let quote = "";
  for (const [at, character] of [...text.matchAll(/[^]/g)].map(({ 0: one, index }): [number, string] => [index, one])) {
    if (quote === "" && (character === " " || character === "\t")) {
      open = null;
      continue;
    }
    if (open === null) words.push(open = { word: "", start: at, end: at });
    open.end = at + 1;
    if (quote !== "" && character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) quote = character;
    else open.word += character;
  }
  return words;
}

export interface CommandText {
  flags: string[];
  /** Words that are no flags. */
  words: string[];
  /** The line as typed, without the flags at its beginning. */
  text: string;
}

/** Separates the flags that stand first from the rest. A text after them may itself begin with `--` once another word stands before it. */
export function commandText(command: Command, spec: CommandSpec): CommandText {
  const flags: string[] = [];
  let text = command.rest;
  for (;;) {
    const word = /^\S+/.exec(text)?.[0] ?? "";
    if (!spec.flags.includes(word)) return { flags, words: splitWords(text), text };
    flags.push(word);
    text = text.slice(word.length).replace(/^[ \t]/, "");
  }
}

/** The `key=value` words of a `%defaults` line, with where they stand in the cell. Values are YAML scalars or flow lists. */
export function assignmentsOf({ rest, restRange }: Command): { settings: Setting[]; diagnostics: Diagnostic[] } {
  const settings: Setting[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { word, start, end } of placedWords(rest).filter((one) => !one.word.startsWith("--"))) {
    const [, key, text] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    const parsed = key === undefined ? null : parseMapping(`${key}: ${text}`, { start: 0, end: word.length + 1 });
    const setting = parsed?.settings[0];
    const range = { start: restRange.start + start, end: restRange.start + end };
    const ranges = rangesOf(range, key ?? "", rest.slice(start, end));
    if (parsed === null || setting === undefined || ranges === null || parsed.diagnostics.length > 0 || setting.value === null) {
      diagnostics.push(errorAt(range, "command_use", `Expected \`key=value\`, not \`${word}\`.`));
    } else settings.push({ ...setting, ...ranges });
  }
  return { settings, diagnostics };
}

/** Key and value of a word as typed, quotes around both left out. Null: there are quotes within the key. */
function rangesOf({ start, end }: Range, key: string, typed: string): Pick<Setting, "keyRange" | "valueRange"> | null {
  const lead = /^["']/.test(typed) ? 1 : 0;
  if (!typed.startsWith(`${key}=`, lead)) return null;
  const keyRange = { start: start + lead, end: start + lead + key.length };
  return { keyRange, valueRange: { start: keyRange.end + 1, end: end - lead } };
}
