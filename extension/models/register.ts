import * as vscode from "vscode";

import type { Log } from "../host/log.ts";
import { reportFailure } from "../host/report.ts";
import type { RuntimeConnection } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import type { StatusBoard } from "../host/status-board.ts";
import { MemoryHistory } from "./memory-history.ts";
import type { MemoryView } from "./memory-view.ts";
import type { ModelsParts } from "./parts.ts";
import type { ReportDocuments } from "./report-documents.ts";
import { splitSecret } from "./secret-in-url.ts";
import { StatusItem } from "./status-item.ts";
import type { StatusView } from "./status-text.ts";

export interface ModelsOptions {
  context: vscode.ExtensionContext;
  settings: Settings;
  runtime: RuntimeConnection;
  status: StatusBoard;
  log: Log;
}

/** What other parts and the tests see of this one. */
export interface ModelsPart extends vscode.Disposable {
  /** What the status bar shows now. */
  readonly view: StatusView | undefined;
}

/** Puts up the status bar and the commands about models, memory and trouble. Starts nothing; the rest is loaded at its first use. */
export function registerModels({ context, settings, runtime, status: board, log }: ModelsOptions): ModelsPart {
  const parts: ModelsParts = { context, settings, runtime, board, log };
  const history = new MemoryHistory();
  const item = new StatusItem(parts, history);
  const late: { memory?: MemoryView; documents?: ReportDocuments } = {};
  const command = (name: string, work: (argument: unknown) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (argument: unknown) => {
      try {
        return await work(argument);
      } catch (error) {
        // Not waited for: the message stays until somebody closes it.
        void reportFailure(log, name, error);
        return undefined;
      } finally {
        item.wake();
      }
    });
  const subscriptions = vscode.Disposable.from(
    item,
    command("retort.chooseModel", async () => (await import("./choose-model.ts")).chooseModel(parts)),
    command("retort.addModelFile", async (path) => (await import("./add-model-file.ts")).addModelFile(parts, typeof path === "string" ? path : undefined)),
    command("retort.togglePrecision", async () => (await import("./toggle-precision.ts")).togglePrecision(parts)),
    command("retort.checkMachine", async () => {
      const [{ checkMachine }, { ReportDocuments: Documents }] = await Promise.all([import("./check-machine.ts"), import("./report-documents.ts")]);
      return checkMachine(parts, (late.documents ??= new Documents()));
    }),
    command("retort.showMemory", async () => {
      const { MemoryView: View } = await import("./memory-view.ts");
      (late.memory ??= new View(history, item)).show();
    }),
    command("retort.setServerKey", async () => (await import("./server-key.ts")).setServerKey(context.secrets)),
    command("retort.collectDiagnostics", async () => (await import("./collect-diagnostics.ts")).collectDiagnostics(parts)),
    command("retort.showLog", () => log.show()),
    command("retort.getFirstModel", async (model) => (await import("./first-steps.ts")).getFirstModel(parts, typeof model === "string" ? model : undefined)),
    command("retort.firstSuggestion", async () => (await import("./first-steps.ts")).firstSuggestion()),
    command("retort.firstCell", async () => (await import("./first-steps.ts")).firstCell(parts)),
    keepSecretsOut(parts),
    settings.onDidChange(["retort.precision"], () => void holdPrecision(parts)),
  );
  return {
    get view() {
      return item.view;
    },
    dispose() {
      late.memory?.dispose();
      late.documents?.dispose();
      subscriptions.dispose();
    },
  };
}

/** A changed precision counts at once, also for a runtime that runs already. */
async function holdPrecision(parts: ModelsParts): Promise<void> {
  try {
    await (await import("./hold-precision.ts")).holdPrecision(parts);
  } catch (error) {
    await reportFailure(parts.log, "retort.precision", error);
  }
}

/** A key in `retort.runtime.url` does not stay there: now, and whenever the setting changes. */
function keepSecretsOut({ settings, context, log }: ModelsParts): vscode.Disposable {
  const look = async (): Promise<void> => {
    if (splitSecret(settings.get("retort.runtime.url")) === null) return;
    const { moveSecret } = await import("./server-key.ts");
    await moveSecret(settings, context.secrets).catch((error: unknown) => reportFailure(log, "move the key out of the settings", error));
  };
  void look();
  return settings.onDidChange(["retort.runtime.url"], () => void look());
}
