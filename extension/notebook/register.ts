import * as vscode from "vscode";
import type { Log } from "../host/log.ts";
import { reportFailure } from "../host/report.ts";
import type { RuntimeConnection } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import type { StatusBoard } from "../host/status-board.ts";
import { Kernels } from "./kernels.ts";
import { NotebookContext } from "./notebook-context.ts";
import { NotebookStatus } from "./notebook-status.ts";
import { PromptPages } from "./prompt-pages.ts";
import { targetCell, targetNotebook } from "./target.ts";

export interface NotebookParts {
  context: vscode.ExtensionContext;
  settings: Settings;
  runtime: RuntimeConnection;
  status: StatusBoard;
  log: Log;
}

/** Puts Retort into the kernel picker, and the notebook's commands into palette and toolbars. Starts nothing. */
export function registerNotebook({ context, settings, runtime, status: board, log }: NotebookParts): vscode.Disposable {
  const status = new NotebookStatus(board);
  const kernels = new Kernels({ extension: context.extension.id, settings, secrets: context.secrets, status, log });
  const pages = new PromptPages();
  const command = (name: string, work: (argument: unknown) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (argument: unknown) => {
      try {
        await work(argument);
      } catch (error) {
        await reportFailure(log, name, error);
      }
    });
  return vscode.Disposable.from(
    kernels,
    new NotebookContext(),
    status,
    pages,
    command("retort.newNotebook", async () => (await import("./commands/new-notebook.ts")).newNotebook(context.extension.id)),
    command("retort.restartKernel", async (argument) => {
      if (await kernels.trusted()) await kernels.restart(kernels.of(targetNotebook(argument)));
    }),
    command("retort.interruptKernel", async (argument) => kernels.of(targetNotebook(argument)).interrupt()),
    command("retort.showRenderedPrompt", async (argument) => {
      const cell = targetCell(argument);
      if (!(await kernels.trusted())) return;
      const { showRenderedPrompt } = await import("./commands/show-rendered-prompt.ts");
      await showRenderedPrompt(cell, { session: kernels.of(cell.notebook).session, runtime, settings, pages });
    }),
    command("retort.comparePrecisions", async (argument) => (await import("./commands/compare-precisions.ts")).comparePrecisions(targetCell(argument))),
    command("retort.insertResultTable", async (argument) => (await import("./commands/insert-result-table.ts")).insertResultTable(targetCell(argument))),
  );
}
