import { ASSERTION_KINDS } from "./assert/kinds.ts";
import type { NotebookScope } from "./cell.ts";
import { COMMAND_NAMES, type CommandArgument } from "./commands.ts";
import { KEY_NAMES } from "./keys.ts";
import { kindLanguages } from "./kind-keys.ts";

/** The words that may stand at an argument's place; none means anything goes. */
export function argumentValues(argument: CommandArgument, scope: NotebookScope): readonly string[] {
  if (argument.values === "models") return scope.models;
  if (argument.values === "keys") return [...KEY_NAMES, ...COMMAND_NAMES, ...kindLanguages().map(([kind]) => kind), ...ASSERTION_KINDS.map(({ name }) => name)];
  return argument.values ?? [];
}
