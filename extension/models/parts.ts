import type * as vscode from "vscode";

import type { Log } from "../host/log.ts";
import type { RuntimeConnection } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import type { StatusBoard } from "../host/status-board.ts";

/** What the commands about models work with. */
export interface ModelsParts {
  settings: Settings;
  runtime: RuntimeConnection;
  board: StatusBoard;
  log: Log;
  context: vscode.ExtensionContext;
}
