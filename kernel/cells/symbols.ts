import type { Cell, Command, JsCell, ParsedCell, Range } from "./cell.ts";
import { paramOf } from "./param.ts";
import { sourceRange } from "./source-range.ts";

/** A name that a cell gives to something. */
export interface CellSymbol {
  name: string;
  kind: "result" | "variable";
  range: Range;
}

/** How code sets a variable of the notebook. */
const VARS_ASSIGNMENT = /\bvars\.([\p{L}_][\p{L}\p{N}_]*)[ \t]*=(?!=)/gu;

/** What a cell defines, for the outline and for the scope of the cells below it. */
export function symbolsOf({ cell }: ParsedCell): CellSymbol[] {
  switch (cell.kind) {
    case "prompt":
    case "bench":
    case "compare":
    case "chart": return resultName(cell);
    case "vars": return cell.values.map(({ key, keyRange }) => ({ name: key, kind: "variable", range: keyRange }));
    case "command": return cell.commands.filter(({ name }) => name === "param").flatMap(paramSymbol);
    case "js": return codeSymbols(cell);
    case "empty": return [];
  }
}

function resultName(cell: Extract<Cell, { settings: unknown }>): CellSymbol[] {
  return cell.settings.flatMap(({ key, value, valueRange }): CellSymbol[] =>
    (key === "name" && typeof value === "string" ? [{ name: value, kind: "result", range: valueRange }] : []));
}

function paramSymbol(command: Command): CellSymbol[] {
  const { start } = command.restRange;
  return paramOf(command).values.map(({ key, keyRange }) => ({
    name: key, kind: "variable", range: { start: start + keyRange.start, end: start + keyRange.end },
  }));
}

function codeSymbols({ code, lineStarts }: JsCell): CellSymbol[] {
  return [...code.matchAll(VARS_ASSIGNMENT)].map((match) => {
    const name = match[1] ?? "";
    const start = match.index + "vars.".length;
    return { name, kind: "variable", range: sourceRange({ text: code, lineStarts }, { start, end: start + name.length }) };
  });
}
