import * as vscode from "vscode";

import { Log } from "./host/log.ts";
import { RuntimeConnection } from "./host/runtime-connection.ts";
import { Settings } from "./host/settings.ts";
import { StatusBoard } from "./host/status-board.ts";

/** Builds the object graph. Nothing is started here: runtime and kernels begin with their first use. */
export function activate(context: vscode.ExtensionContext): void {
  const log = new Log();
  const settings = new Settings((message) => log.warn(message));
  const runtime = new RuntimeConnection(settings, context.secrets, log);
  const status = new StatusBoard();
  context.subscriptions.push(log, runtime, status);
}
