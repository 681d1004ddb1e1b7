import type { Diagnostic, ParsedCell } from "./cell.ts";
import { errorAt } from "./diagnostic.ts";
import type { Surroundings } from "./surroundings.ts";
import { symbolsOf, type CellSymbol } from "./symbols.ts";
import { validateCell } from "./validate.ts";

/** Judges one cell of a notebook. `all` are the names that any of its cells defines. */
export function judgeCell(parsed: ParsedCell, { scope, above }: Surroundings, all: ReadonlySet<string>): Diagnostic[] {
  const diagnostics = validateCell(parsed, scope).map((diagnostic) => definedLater(diagnostic, all));
  return [...diagnostics, ...symbolsOf(parsed).flatMap((symbol) => duplicateName(symbol, above.get(symbol.name)))];
}

/** Variables may be set again (papermill does); a result's name belongs to one cell. */
function duplicateName({ name, kind, range }: CellSymbol, earlier: CellSymbol["kind"] | undefined): Diagnostic[] {
  if (earlier === undefined || (kind !== "result" && earlier !== "result")) return [];
  return [errorAt(range, "duplicate_name", `\`${name}\` is already defined by a cell above.`)];
}

const UNKNOWN: Readonly<Record<string, RegExp>> = {
  unknown_variable: /^`([\p{L}_][\p{L}\p{N}_]*)` is not known\./u,
  unknown_result: /^There is no result `([\p{L}_][\p{L}\p{N}_]*)`\./u,
};

function definedLater(diagnostic: Diagnostic, all: ReadonlySet<string>): Diagnostic {
  const name = Object.hasOwn(UNKNOWN, diagnostic.code) ? UNKNOWN[diagnostic.code]?.exec(diagnostic.message)?.[1] : undefined;
  if (name === undefined || !all.has(name)) return diagnostic;
  return errorAt(diagnostic.range, "defined_later", `\`${name}\` is defined by a cell further down. Move that cell above this one, or run it first.`);
}
