import type { Command } from "./cell.ts";
import type { Line } from "./lines.ts";

const COMMAND_LINE = /^[ \t]*%([A-Za-z_][A-Za-z0-9_-]*)(.*)$/s;

/** Reads one `%name words` line; null if it is something else. */
export function parseCommandLine(line: Line): Command | null {
  const match = COMMAND_LINE.exec(line.text);
  if (match === null) return null;
  const rest = (match[2] ?? "").trim();
  return { name: match[1] ?? "", args: splitWords(rest), rest, range: { start: line.start, end: line.end } };
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
