import type { ParsedCell } from "./cell.ts";
import { hasErrors } from "./diagnostic.ts";
import { isBlank, splitLines } from "./lines.ts";
import { parseCell } from "./parse.ts";
import { bracketDepth } from "./brackets.ts";
import { diagnoseTemplate } from "./template.ts";

export type Completeness = { status: "complete" | "invalid" } | { status: "incomplete"; indent: string };

const MORE: Completeness = { status: "incomplete", indent: "" };
/** Errors that the next lines may cure. */
const CURABLE = new Set(["front_matter_unclosed", "empty_prompt", "empty_message"]);

/**
 * Whether a console should run the text or ask for more lines. A blank last line ends the wait for whatever is still open,
 * except for front matter and a kind line without a body.
 */
export function isCompleteCell(source: string): Completeness {
  const parsed = parseCell(source);
  const { cell, diagnostics } = parsed;
  const curable = diagnostics.some((diagnostic) => CURABLE.has(diagnostic.code));
  const isInvalid = hasErrors(diagnostics.filter((diagnostic) => !CURABLE.has(diagnostic.code) && diagnostic.code !== "not_available"));
  if (isInvalid) return { status: "invalid" };
  if (curable || isKindLineOnly(source)) return MORE;
  const endsBlank = /[\r\n][ \t]*$/.test(source);
  if (cell.kind === "js") return completeJs(cell.code, endsBlank);
  if (cell.kind === "bench" || cell.kind === "compare" || cell.kind === "chart") return endsBlank ? { status: "complete" } : MORE;
  return cell.kind === "prompt" ? completePrompt(parsed, endsBlank) : { status: "complete" };
}

function isKindLineOnly(source: string): boolean {
  const used = splitLines(source).filter((line) => !isBlank(line));
  return used.length === 1 && /^%%/.test(used[0]?.text ?? "");
}

function completeJs(code: string, endsBlank: boolean): Completeness {
  const depth = bracketDepth(code);
  return depth > 0 && !endsBlank ? { status: "incomplete", indent: "  ".repeat(Math.min(depth, 8)) } : { status: "complete" };
}

/** An open `{% for %}` waits for its end. */
function completePrompt({ cell }: ParsedCell, endsBlank: boolean): Completeness {
  if (cell.kind !== "prompt") return { status: "complete" };
  const scope = { values: {}, stale: [], models: [] };
  const errors = cell.messages.flatMap((message) => diagnoseTemplate(message.template, scope)).filter((d) => d.code === "template_syntax");
  if (errors.length === 0) return { status: "complete" };
  const isOpen = errors.some((error) => /^Tag .* not closed/s.test(error.message));
  return isOpen && !endsBlank ? MORE : { status: "invalid" };
}
