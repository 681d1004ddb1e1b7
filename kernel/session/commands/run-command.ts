import type { Command } from "../../cells/cell.ts";
import { commandText, wantsHelp } from "../../cells/command-line.ts";
import { commandHelp, type CommandSpec, findCommand } from "../../cells/commands.ts";
import type { CommandFunction, CommandTools } from "./command.ts";
import { help } from "./help.ts";
import { load, models, precision, status, unload } from "./models.ts";
import { defaults, echo, param, reset } from "./notebook.ts";
import { exportCells } from "./export.ts";
import { trace } from "./trace.ts";

const FUNCTIONS: Readonly<Record<string, CommandFunction>> = {
  help, status, models, load, unload, precision, defaults, trace, export: exportCells, reset, echo, param,
};

/** Runs one `%` line that `validateCell` found free of errors. */
export async function runCommand(command: Command, tools: Omit<CommandTools, "command" | "text">): Promise<void> {
  const spec = findCommand(command.name) as CommandSpec;
  if (wantsHelp(command)) {
    tools.context.stream("stdout", `${commandHelp(spec)}\n`);
    return;
  }
  await FUNCTIONS[command.name]?.({ ...tools, command, text: commandText(command, spec) });
}
