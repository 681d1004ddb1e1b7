import { argumentValues } from "./argument-values.ts";
import type { Command, Diagnostic, NotebookScope } from "./cell.ts";
import { assignmentsOf, commandText, wantsHelp } from "./command-line.ts";
import { COMMAND_NAMES, commandHelp, findCommand, type CommandArgument, type CommandSpec } from "./commands.ts";
import { errorAt, replaceFix } from "./diagnostic.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";
import { paramOf } from "./param.ts";
import { validateDefaults } from "./validate-settings.ts";

export function validateCommand(command: Command, scope: NotebookScope): Diagnostic[] {
  const spec = findCommand(command.name);
  if (spec === undefined) return [unknownCommand(command)];
  if (wantsHelp(command)) return [];
  const unknownFlag = command.args.find((word) => word.startsWith("--") && !spec.flags.includes(word) && spec.name !== "echo" && spec.name !== "param");
  if (unknownFlag !== undefined) return [wrongUse(command, spec, `\`%${spec.name}\` has no flag \`${unknownFlag}\`.${didYouMean(nearest(unknownFlag, spec.flags))}`)];
  if (spec.name === "param") return paramOf(command).diagnostics;
  if (spec.name === "defaults") return validateAssignments(command, scope);
  return validateWords(command, spec, scope);
}

function unknownCommand({ name, range }: Command): Diagnostic {
  const suggestion = nearest(name, COMMAND_NAMES);
  const fix = suggestion === undefined ? undefined : replaceFix({ start: range.start, end: range.start + name.length + 1 }, `%${suggestion}`);
  const message = `There is no command \`%${name}\`.${didYouMean(suggestion === undefined ? undefined : `%${suggestion}`)} If it is a prompt, put \`user:\` on a line above it.`;
  return errorAt(range, "unknown_command", message, fix);
}

function validateWords(command: Command, spec: CommandSpec, scope: NotebookScope): Diagnostic[] {
  if (spec.args.some((argument) => argument.rest === true)) return [];
  const words = commandText(command, spec).words;
  const missing = spec.args[words.length];
  if (missing?.required === true) return [wrongUse(command, spec, `\`%${spec.name}\` needs a ${missing.name}.`)];
  if (words.length > spec.args.length) return [wrongUse(command, spec, `\`%${spec.name}\` does not take \`${words[spec.args.length]}\`.`)];
  return words.flatMap((word, index) => validateWord(command, spec, spec.args[index] as CommandArgument, word, scope));
}

function validateWord(command: Command, spec: CommandSpec, argument: CommandArgument, word: string, scope: NotebookScope): Diagnostic[] {
  const allowed = argumentValues(argument, scope);
  if (allowed.length === 0 || allowed.includes(word)) return [];
  return [wrongUse(command, spec, `\`${word}\` is no ${argument.name} for \`%${spec.name}\`.${didYouMean(nearest(word, allowed))}`)];
}

function validateAssignments(command: Command, scope: NotebookScope): Diagnostic[] {
  const { settings, diagnostics } = assignmentsOf(command);
  return [...diagnostics, ...validateDefaults(settings, scope)];
}

function wrongUse(command: Command, spec: CommandSpec, message: string): Diagnostic {
  return errorAt(command.range, "command_use", `${message} Usage: ${commandHelp(spec).split("\n")[0]}`);
}
