import * as vscode from "vscode";

import { registerChat } from "./chat/register-chat.ts";
import { explainContribution } from "./contributes.ts";
import type { ExplainCommands } from "./commands.ts";
import type { ExplainerServices } from "./explainer.ts";
import { ProblemActions } from "./quick-fixes.ts";
import { RunningQuestions } from "./run/running-questions.ts";
import { restorer } from "./view/restorer.ts";

/** Documents in which people write code. */
const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-remote"];

/** Registers the commands, the quick fixes and the chat parts. What they do is loaded when it is first used. */
export function registerExplain(given: Omit<ExplainerServices, "questions">): vscode.Disposable {
  const questions = new RunningQuestions((thinks) => void vscode.commands.executeCommand("setContext", "retort.thinking", thinks));
  const services: ExplainerServices = { ...given, questions };
  let commands: Promise<ExplainCommands> | null = null;
  const load = (): Promise<ExplainCommands> => commands ??= import("./commands.ts").then(({ ExplainCommands }) => new ExplainCommands(services));
  return vscode.Disposable.from(
    ...Object.keys(explainContribution.commands).map((command) => vscode.commands.registerCommand(command, async (...args: unknown[]) => (await load()).run(command, args))),
    vscode.languages.registerCodeActionsProvider(SCHEMES.map((scheme) => ({ scheme })), new ProblemActions(services.settings), { providedCodeActionKinds: ProblemActions.kinds }),
    registerChat(services),
    restorer(load),
    { dispose: () => void commands?.then((loaded) => loaded.dispose()) },
  );
}
