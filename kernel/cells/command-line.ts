import type { Command, Diagnostic, Setting } from "./cell.ts";
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
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (const character of text) {
    if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === " " || character === "\t") {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word ??= "";
      if (character === '"' || character === "'") quote = character;
      else word += character;
    }
  }
  if (word !== null) words.push(word);
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

/** The `key=value` words of a `%defaults` line. Values are YAML scalars or flow lists. Ranges are those of the whole line. */
export function assignmentsOf(command: Command): { settings: Setting[]; diagnostics: Diagnostic[] } {
  const { range } = command;
  const settings: Setting[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const word of command.args.filter((arg) => !arg.startsWith("--"))) {
    const [, key, text] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    const parsed = key === undefined ? null : parseMapping(`${key}: ${text}`, { start: 0, end: word.length + 1 });
    const setting = parsed?.settings[0];
    if (parsed === null || setting === undefined || parsed.diagnostics.length > 0 || setting.value === null) {
      diagnostics.push(errorAt(range, "command_use", `Expected \`key=value\`, not \`${word}\`.`));
    } else settings.push({ ...setting, keyRange: range, valueRange: range });
  }
  return { settings, diagnostics };
}
