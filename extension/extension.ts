import * as vscode from "vscode";

import { registerCompletion } from "./completion/register.ts";
import { registerExplain } from "./explain/register.ts";
import { Log } from "./host/log.ts";
import { RuntimeConnection } from "./host/runtime-connection.ts";
import { Settings } from "./host/settings.ts";
import { StatusBoard } from "./host/status-board.ts";
import { registerLanguage } from "./language/register.ts";
import { registerModels } from "./models/register.ts";
import { registerNotebook } from "./notebook/register.ts";

/** Builds the object graph. Nothing is started here: runtime and kernels begin with their first use. */
export function activate(context: vscode.ExtensionContext): void {
  const log = new Log();
  const settings = new Settings((message) => log.warn(message));
  const runtime = new RuntimeConnection(settings, context.secrets, log);
  const status = new StatusBoard();
  context.subscriptions.push(log, runtime, status);
  context.subscriptions.push(registerNotebook({ context, settings, runtime, status, log }));
  context.subscriptions.push(registerCompletion({ context, settings, runtime, status, log }));
  context.subscriptions.push(registerExplain({ context, settings, runtime, log, status }));
  context.subscriptions.push(registerModels({ context, settings, runtime, status, log }));
  context.subscriptions.push(registerLanguage(settings, runtime, log));
}
