import { inspect } from "node:util";
import { RetortError } from "../../../runtime/errors.ts";
import type { JsError } from "./protocol.ts";

/** A line of a stack trace that is a cell's own. */
export const CELL_FRAME = /^\s+at .*\bcell-\d+\.js:\d+:\d+/;

/** Any thrown value as a notebook shows it: the message, then the lines of the cell it went through. */
export function jsError(thrown: unknown): JsError {
  if (!(thrown instanceof Error)) {
    const text = typeof thrown === "string" ? thrown : inspect(thrown);
    return { ename: "Error", evalue: text, traceback: [`Error: ${text}`] };
  }
  const frames = (thrown.stack ?? "").split("\n").filter((line) => CELL_FRAME.test(line));
  const code = thrown instanceof RetortError ? { code: thrown.code } : {};
  return { ename: thrown.name, evalue: thrown.message, traceback: [`${thrown.name}: ${thrown.message}`, ...hintLines(thrown), ...frames], ...code };
}

function hintLines(error: Error): string[] {
  if ("hint" in error && typeof error.hint === "string") return [`Hint: ${error.hint}`];
  if (error.name === "DataCloneError") return ["Hint: `vars`, and what is passed to ask(), run() and display(), hold plain data only."];
  if (error instanceof SyntaxError && error.message.includes("import statement")) return ["Hint: Write `const name = await import('package')`."];
  return [];
}
