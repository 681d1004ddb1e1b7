import * as vscode from "vscode";

import type { Log } from "../host/log.ts";
import { reportFailure } from "../host/report.ts";
import type { RuntimeConnection } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import { isRetortCell } from "./retort-cells.ts";

/** Language help for cells, loaded when the first one is open. */
export function registerLanguage(settings: Settings, runtime: RuntimeConnection, log: Log): vscode.Disposable {
  const owned: vscode.Disposable[] = [];
  let isStarted = false;
  let isDisposed = false;
  const start = async (): Promise<void> => {
    if (isStarted) return;
    isStarted = true;
    try {
      const [{ languageFeatures }, { cellPhrases }] = await Promise.all([import("./features.ts"), import("./phrases/cell-phrases.ts")]);
      const phrases = await cellPhrases(vscode.env.language);
      if (!isDisposed) owned.push(languageFeatures(settings, runtime, log, phrases));
    } catch (error) {
      await reportFailure(log, "Starting the language help", error);
    }
  };
  const startFor = (document: vscode.TextDocument): void => {
    if (isRetortCell(document)) void start();
  };
  owned.push(
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.commands.registerCommand("retort.runCellWith", async (uri?: vscode.Uri, variant?: string) => (await import("./run-cell-with.ts")).runCellWith(uri, variant)),
  );
  vscode.workspace.textDocuments.forEach(startFor);
  return new vscode.Disposable(() => {
    isDisposed = true;
    for (const one of owned) one.dispose();
  });
}
