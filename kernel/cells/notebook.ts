import type { Diagnostic, NotebookScope, ParsedCell } from "./cell.ts";
import { judgeCell } from "./judge-cell.ts";
import { surroundingsAtTop, surroundingsBelow } from "./surroundings.ts";
import { symbolsOf } from "./symbols.ts";

/**
 * Judges all cells of a notebook, in their order: one list of diagnostics for each cell.
 * A cell sees what `scope` holds (what ran) and what the cells above it define.
 */
export function validateNotebook(cells: ParsedCell[], scope: NotebookScope): Diagnostic[][] {
  const all = new Set(cells.flatMap(symbolsOf).map(({ name }) => name));
  let surroundings = surroundingsAtTop(scope);
  return cells.map((cell) => {
    const diagnostics = judgeCell(cell, surroundings, all);
    surroundings = surroundingsBelow(surroundings, cell, scope);
    return diagnostics;
  });
}
