import type { Command } from "../../cells/cell.ts";
import type { CommandText } from "../../cells/command-line.ts";
import type { ExecuteContext } from "../../jupyter/interpreter.ts";
import type { ModelAccess } from "../model-access.ts";
import type { NotebookState } from "../notebook-state.ts";

/** What a `%` command works with. */
export interface CommandTools {
  command: Command;
  text: CommandText;
  context: ExecuteContext;
  state: NotebookState;
  access: ModelAccess;
  /** The model of prompts that name none. */
  currentModel(): Promise<string>;
  /** Runs `work`; what it reports is shown when it takes long. */
  withProgress<T>(work: (onStep: (step: string) => void) => Promise<T>): Promise<T>;
}

export type CommandFunction = (tools: CommandTools) => Promise<void> | void;
