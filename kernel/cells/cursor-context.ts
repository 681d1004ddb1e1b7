import { COMMAND_NAMES } from "./commands.ts";
import { parseCommandLine } from "./command-line.ts";
import { isSettingsKind } from "./kind-keys.ts";
import { isBlank, splitLines, type Line } from "./lines.ts";
import { nearest } from "../../runtime/nearest.ts";

/** What a person is typing at the cursor. `prefix` is the part of the word before it. */
export type CursorContext =
  | { kind: "kind"; prefix: string }
  | { kind: "command"; prefix: string }
  | { kind: "argument"; command: string; /** Complete words before this one. */ words: string[]; prefix: string }
  | { kind: "key"; /** The key that this one stands under. */ parent: string | null; prefix: string }
  | { kind: "value"; key: string; prefix: string }
  | { kind: "expression"; /** Text of the tag up to the cursor. */ text: string; isTag: boolean }
  | { kind: "code"; /** The line up to the cursor. */ text: string }
  | { kind: "text"; /** The line up to the cursor. */ line: string };

/** No tag is longer; bounds the search backwards. */
const LONGEST_TAG = 2000;

export function contextAt(source: string, offset: number): CursorContext {
  const lines = splitLines(source);
  const index = lines.findLastIndex((line) => line.start <= offset);
  const line = lines[index];
  const first = lines.findIndex((each) => !isBlank(each));
  if (line === undefined || first < 0) return { kind: "text", line: "" };
  const before = source.slice(line.start, Math.min(offset, line.end));
  const kind = /^%%([^\s]*)/.exec(lines[first]?.text ?? "")?.[1];
  if (kind !== undefined && index === first) return { kind: "kind", prefix: before.replace(/^%+/, "") };
  if (kind === "js") return { kind: "code", text: before.slice(-LONGEST_TAG) };
  if (kind !== undefined && isSettingsKind(kind)) return frontMatterContext(lines, index, before);
  if (kind !== undefined && kind !== "prompt") return { kind: "text", line: "" };
  const body = kind === undefined ? first : first + 1;
  if (isInFrontMatter(lines, body, index)) return frontMatterContext(lines, index, before);
  return commandContext(lines, first, before) ?? expressionContext(source, offset) ?? { kind: "text", line: before };
}

function isInFrontMatter(lines: Line[], from: number, index: number): boolean {
  const open = lines.findIndex((line, at) => at >= from && !isBlank(line));
  if (open < 0 || index <= open || !isFence(lines[open])) return false;
  const close = lines.findIndex((line, at) => at > open && isFence(line));
  return close < 0 || index < close;
}

function isFence(line: Line | undefined): boolean {
  return line !== undefined && /^---[ \t]*$/.test(line.text);
}

function frontMatterContext(lines: Line[], index: number, before: string): CursorContext {
  const prefix = wordBefore(before);
  const lead = before.slice(0, before.length - prefix.length);
  const inline = /([A-Za-z_]\w*)[ \t]*:[ \t]*(?:\[[^[\]{}]*)?$/.exec(lead.slice(-200));
  if (inline !== null) return { kind: "value", key: inline[1] ?? "", prefix };
  const flow = /([A-Za-z_]\w*)[ \t]*:[ \t]*\{[^{}]*$/.exec(lead.slice(-200));
  if (flow !== null) return { kind: "key", parent: flow[1] ?? "", prefix };
  const listed = /([A-Za-z_]\w*)[ \t]*:[ \t]*\[(?:[^[\]{}]|\{[^{}]*\})*\{[ \t]*$/.exec(lead.slice(-200));
  if (listed !== null) return { kind: "key", parent: listed[1] ?? "", prefix };
  const item = /^[ \t]*-[ \t]+$/.test(lead);
  if (lead.trim() !== "" && !item) return { kind: "text", line: before };
  const parent = parentKey(lines, index, lead.length);
  return item && parent !== null ? { kind: "value", key: parent, prefix } : { kind: "key", parent, prefix };
}

/** The key on the nearest line above that is indented less. */
function parentKey(lines: Line[], index: number, indent: number): string | null {
  for (let at = index - 1; at >= 0 && indent > 0; at -= 1) {
    const match = /^([ \t]*(?:-[ \t]+)?)([A-Za-z_]\w*)[ \t]*:/.exec(lines[at]?.text ?? "");
    if (match !== null && (match[1] ?? "").length < indent) return match[2] ?? null;
  }
  return null;
}

/** A line of `%` in a cell that begins with a command, or with what may become one. */
function commandContext(lines: Line[], first: number, before: string): CursorContext | null {
  const head = lines[first]?.text ?? "";
  const name = /^[ \t]*%([A-Za-z_-]*)/.exec(head)?.[1];
  const trimmed = before.trimStart();
  if (name === undefined || !trimmed.startsWith("%")) return null;
  const isCommand = COMMAND_NAMES.some((known) => known.startsWith(name)) || nearest(name, COMMAND_NAMES) !== undefined;
  if (!isCommand) return null;
  const space = /[ \t]/.exec(trimmed);
  if (space === null) return { kind: "command", prefix: trimmed.slice(1) };
  const command = parseCommandLine({ start: 0, end: trimmed.length, text: trimmed });
  const prefix = /\S*$/.exec(trimmed.slice(-200))?.[0] ?? "";
  const words = command?.args ?? [];
  return { kind: "argument", command: command?.name ?? "", words: prefix === "" ? words : words.slice(0, -1), prefix };
}

function expressionContext(source: string, offset: number): CursorContext | null {
  const text = source.slice(Math.max(0, offset - LONGEST_TAG), offset);
  const open = Math.max(text.lastIndexOf("{{"), text.lastIndexOf("{%"));
  if (open < 0) return null;
  const inside = text.slice(open + 2);
  if (inside.includes("}}") || inside.includes("%}")) return null;
  return { kind: "expression", text: inside, isTag: text.startsWith("{%", open) };
}

export function wordBefore(text: string): string {
  return /[\p{L}\p{N}_.-]*$/u.exec(text.slice(-200))?.[0] ?? "";
}
