import type { Diagnostic, MessageTemplate } from "./cell.ts";
import { errorAt, replaceFix, warningAt } from "./diagnostic.ts";
import { isBlank, rangeOf, type Line } from "./lines.ts";
import { editDistance } from "../../runtime/nearest.ts";

const ROLES = ["system", "user", "assistant"] as const;
type Role = (typeof ROLES)[number];

/** A word and a colon alone on a line, perhaps escaped. No part of it can match in two ways. */
const ROLE_LINE = /^(\\*)([A-Za-z]{3,12}):[ \t]*$/;

export interface Body {
  messages: MessageTemplate[];
  diagnostics: Diagnostic[];
}

/**
 * Splits a prompt's body at its role lines. Done on the source, before any variable is filled in,
 * so that a variable's text cannot forge a role. Without role lines the whole body is the user's.
 */
export function parseBody(lines: Line[]): Body {
  const diagnostics = lines.flatMap(roleWarnings);
  const starts = lines.flatMap((line, index) => (roleOf(line) === undefined ? [] : [index]));
  const first = starts[0];
  if (first === undefined) {
    const message = messageOf("user", lines);
    return { messages: message === null ? [] : [message], diagnostics };
  }
  const before = lines.slice(0, first).filter((line) => !isBlank(line));
  if (before.length > 0) {
    diagnostics.push(errorAt(rangeOf(before), "text_before_role",
      "This text stands before the first role line. Put `user:` on a line above it, or write `\\user:` below if that line is text."));
  }
  const messages = starts.flatMap((start, index) => {
    const head = lines[start] as Line;
    const message = messageOf(roleOf(head) ?? "user", lines.slice(start + 1, starts[index + 1]));
    if (message === null) diagnostics.push(errorAt({ start: head.start, end: head.end }, "empty_message", `Nothing follows the role line \`${head.text.trim()}\`.`));
    return message === null ? [] : [message];
  });
  return { messages, diagnostics };
}

export function roleOf(line: Line): Role | undefined {
  const match = ROLE_LINE.exec(line.text);
  return match?.[1] === "" ? ROLES.find((role) => role === match[2]) : undefined;
}

/** Blank lines around a message are layout and fall away; everything inside stays as typed. */
function messageOf(role: Role, lines: Line[]): MessageTemplate | null {
  const first = lines.findIndex((line) => !isBlank(line));
  if (first < 0) return null;
  const used = lines.slice(first, lines.findLastIndex((line) => !isBlank(line)) + 1);
  const unescaped = used.map((line) => (isEscaped(line) ? 1 : 0));
  return {
    role,
    template: used.map((line, index) => line.text.slice(unescaped[index])).join("\n"),
    range: rangeOf(used),
    lineStarts: used.map((line, index) => line.start + (unescaped[index] ?? 0)),
  };
}

function isEscaped(line: Line): boolean {
  const match = ROLE_LINE.exec(line.text);
  return match !== null && match[1] !== "" && likeRole(match[2] ?? "") !== undefined;
}

function roleWarnings(line: Line): Diagnostic[] {
  const match = ROLE_LINE.exec(line.text);
  const word = match?.[2] ?? "";
  const role = likeRole(word);
  if (match === null || match[1] !== "" || role === undefined || role === word) return [];
  const range = { start: line.start, end: line.start + word.length };
  const fix = replaceFix(range, role);
  if (word.toLowerCase() === role) return [warningAt(range, "role_case", `A role line is written in small letters: \`${role}:\`. As it stands it is text.`, fix)];
  return [errorAt(range, "unknown_role", `\`${word}:\` is no role. Did you mean \`${role}:\`? Write \`\\${word}:\` if it is text.`, fix)];
}

/** The role that `word` is, or is a slip of. `users` and `uses` are words of their own, so short roles and plurals must match exactly. */
function likeRole(word: string): Role | undefined {
  const lower = word.toLowerCase();
  return ROLES.find((role) => role === lower || (role.length > 5 && lower !== `${role}s` && editDistance(lower, role) === 1));
}
