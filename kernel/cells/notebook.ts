import type { Diagnostic, NotebookScope, ParsedCell } from "./cell.ts";
import { errorAt } from "./diagnostic.ts";
import { symbolsOf, type CellSymbol } from "./symbols.ts";
import { validateCell } from "./validate.ts";

/** The result of the prompt cell that ran last. */
export const LAST_RESULT = "_";

/**
 * Judges all cells of a notebook, in their order: one list of diagnostics for each cell.
 * A cell sees what `scope` holds (what ran) and what the cells above it define.
 */
export function validateNotebook(cells: ParsedCell[], scope: NotebookScope): Diagnostic[][] {
  const symbols = cells.map(symbolsOf);
  const all = new Set(symbols.flat().map((symbol) => symbol.name));
  const above = new Map<string, CellSymbol["kind"]>();
  return cells.map((cell, index) => {
    const diagnostics = validateCell(cell, { ...scope, values: valuesAbove(scope, above) });
    const own = symbols[index] ?? [];
    const duplicates = own.flatMap((symbol) => duplicateName(symbol, above.get(symbol.name)));
    for (const symbol of own) above.set(symbol.name, symbol.kind);
    if (cell.cell.kind === "prompt") above.set(LAST_RESULT, "result");
    return [...diagnostics.map((diagnostic) => definedLater(diagnostic, all)), ...duplicates];
  });
}

/** Names defined above count as known even before they have a value. */
function valuesAbove(scope: NotebookScope, above: Map<string, unknown>): Record<string, unknown> {
  return { ...Object.fromEntries([...above.keys()].map((name) => [name, undefined])), ...scope.values };
}

/** Variables may be set again (papermill does); a result's name belongs to one cell. */
function duplicateName({ name, kind, range }: CellSymbol, earlier: CellSymbol["kind"] | undefined): Diagnostic[] {
  if (earlier === undefined || (kind !== "result" && earlier !== "result")) return [];
  return [errorAt(range, "duplicate_name", `\`${name}\` is already defined by a cell above.`)];
}

const UNKNOWN = /^`([\p{L}_][\p{L}\p{N}_]*)` is not known\./u;

function definedLater(diagnostic: Diagnostic, all: Set<string>): Diagnostic {
  const name = diagnostic.code === "unknown_variable" ? UNKNOWN.exec(diagnostic.message)?.[1] : undefined;
  if (name === undefined || !all.has(name)) return diagnostic;
  return errorAt(diagnostic.range, "defined_later", `\`${name}\` is defined by a cell further down. Move that cell above this one, or run it first.`);
}
