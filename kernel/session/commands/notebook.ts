import { assignmentsOf } from "../../cells/command-line.ts";
import { paramOf } from "../../cells/param.ts";
import { settingsFrom } from "../../cells/settings.ts";
import type { CommandTools } from "./command.ts";

/** `%defaults temperature=0.6`: settings for all prompt cells of the notebook; without words it shows them. */
export function defaults({ command, context, state, text }: CommandTools): void {
  if (text.flags.includes("--clear")) state.defaults = {};
  state.defaults = { ...state.defaults, ...settingsFrom(assignmentsOf(command).settings) };
  const lines = Object.entries(state.defaults).map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  context.stream("stdout", lines.length === 0 ? "No defaults are set.\n" : `${lines.join("\n")}\n`);
}

export function reset({ context, state }: CommandTools): void {
  state.reset();
  context.stream("stdout", "Variables, results and defaults are forgotten. Models stay loaded.\n");
}

export function echo({ context, text }: CommandTools): void {
  context.stream(text.flags.includes("--stderr") ? "stderr" : "stdout", `${text.text}\n`);
}

export function param({ command, state }: CommandTools): void {
  for (const { key, value } of paramOf(command).values) state.names.setVariable(key, value);
}
