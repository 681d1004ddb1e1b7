import type { NotebookScope } from "./cell.ts";
import { COMMAND_NAMES, type CommandArgument } from "./commands.ts";
import { KEY_NAMES } from "./keys.ts";

/** The words that may stand at an argument's place; none means anything goes. */
export function argumentValues(argument: CommandArgument, scope: NotebookScope): readonly string[] {
  if (argument.values === "models") return scope.models;
  if (argument.values === "keys") return [...KEY_NAMES, ...COMMAND_NAMES];
  return argument.values ?? [];
}
