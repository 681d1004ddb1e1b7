import type { Diagnostic } from "../cells/cell.ts";
import type { ExecuteOutcome } from "../jupyter/interpreter.ts";
import { failureOutcome } from "./outcome.ts";

/** Mistakes shown in full; a cell with more has one cause. */
const MAX_SHOWN = 5;
/** Characters shown before and after the beginning of a mistake. */
const CONTEXT_CHARS = 80;

/** The errors of a cell that must not run, each with its line and a mark under the place. Null: it may run. */
export function diagnosticsOutcome(source: string, diagnostics: readonly Diagnostic[]): ExecuteOutcome | null {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return null;
  const outcome = failureOutcome(first);
  if (outcome.status !== "error") return outcome;
  const others = errors.slice(1, MAX_SHOWN).flatMap((error) => [error.message, ...excerpt(source, error.range)]);
  const rest = errors.length > MAX_SHOWN ? [`and ${errors.length - MAX_SHOWN} more.`] : [];
  return { ...outcome, traceback: [...outcome.traceback, ...excerpt(source, first.range), ...others, ...rest] };
}

/** The line at `range`, cut where it is long, and a line that marks the place. */
function excerpt(source: string, { start, end }: Diagnostic["range"]): string[] {
  const lineStart = source.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = source.indexOf("\n", start);
  const number = source.slice(0, start).split("\n").length;
  const from = Math.max(lineStart, start - CONTEXT_CHARS);
  const to = Math.min(lineEnd < 0 ? source.length : lineEnd, start + CONTEXT_CHARS);
  const prefix = `  line ${number}: `;
  const width = Math.max(1, Math.min(end, to) - start);
  return [prefix + source.slice(from, to), " ".repeat(prefix.length + start - from) + "^".repeat(width)];
}
