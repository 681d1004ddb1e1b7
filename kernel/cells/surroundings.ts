import type { Command, NotebookScope, ParsedCell } from "./cell.ts";
import { assignmentsOf, commandText } from "./command-line.ts";
import { findCommand } from "./commands.ts";
import { LAST_RESULT } from "./last-result.ts";
import { paramOf } from "./param.ts";
import { settingsFrom } from "./settings.ts";
import { symbolsOf, type CellSymbol } from "./symbols.ts";

/** What a cell can refer to. */
export interface Surroundings {
  scope: NotebookScope;
  /** Names that cells above define. */
  above: ReadonlyMap<string, CellSymbol["kind"]>;
}

/** What the first cell sees: what ran, in `scope`, and nothing above it. */
export function surroundingsAtTop(scope: NotebookScope): Surroundings {
  return { scope, above: new Map() };
}

/**
 * What the cell below `parsed` sees. `result` is what a prompt cell's saved output holds. Names count as known even before
 * they have a value; values that `ran` holds win over those that are written in the notebook.
 */
export function surroundingsBelow(before: Surroundings, parsed: ParsedCell, ran: NotebookScope, result?: unknown): Surroundings {
  const values = { ...before.scope.values };
  const above = new Map(before.above);
  for (const { name, kind } of symbolsOf(parsed)) {
    above.set(name, kind);
    values[name] = kind === "result" ? result : undefined;
  }
  if (parsed.cell.kind === "prompt" || parsed.cell.kind === "bench") {
    above.set(LAST_RESULT, "result");
    values[LAST_RESULT] = result;
  }
  if (parsed.cell.kind === "vars") for (const { key, value } of parsed.cell.values) values[key] = value;
  const commands = parsed.cell.kind === "command" ? parsed.cell.commands : [];
  for (const { key, value } of commands.filter(({ name }) => name === "param").flatMap((command) => paramOf(command).values)) values[key] = value;
  const defaults = commands.reduce(defaultsAfter, before.scope.defaults ?? {});
  return { scope: { ...before.scope, values: { ...values, ...ran.values }, defaults }, above };
}

function defaultsAfter(defaults: Readonly<Record<string, unknown>>, command: Command): Readonly<Record<string, unknown>> {
  const spec = findCommand(command.name);
  if (spec === undefined) return defaults;
  if (spec.name === "reset") return {};
  if (spec.name === "precision" && command.args.length === 1) return { ...defaults, ...settingsFrom([{ key: "precision", value: command.args[0], keyRange: command.range, valueRange: command.range }]) };
  if (spec.name !== "defaults") return defaults;
  const isCleared = commandText(command, spec).flags.includes("--clear");
  return { ...(isCleared ? {} : defaults), ...settingsFrom(assignmentsOf(command).settings) };
}
