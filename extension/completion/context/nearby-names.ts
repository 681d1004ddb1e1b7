import { identifiers } from "./identifiers.ts";

/** Where a name stands, 0-based. */
export interface NamedAt {
  name: string;
  line: number;
  character: number;
}

const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
const LINES_UP = 12;

/**
 * Names on the cursor's line and on those above it, each once, the nearest first: what the line to be written is most
 * likely to use. Words of the language itself are not names.
 */
export function nearbyNames(lines: readonly string[], cursorLine: number, limit: number): NamedAt[] {
  const found = new Map<string, NamedAt>();
  for (let line = Math.min(cursorLine, lines.length - 1); line >= 0 && line > cursorLine - LINES_UP && found.size < limit; line--) {
    const names = [...(lines[line] ?? "").matchAll(NAME)].reverse();
    for (const { 0: name, index } of names) {
      if (found.size < limit && !found.has(name) && identifiers(name).size > 0) found.set(name, { name, line, character: index });
    }
  }
  return [...found.values()];
}
