import * as vscode from "vscode";
import { asRetortError, RetortError } from "../../runtime/errors.ts";
import type { Log } from "../host/log.ts";
import { reportFailure } from "../host/report.ts";
import type { Settings } from "../host/settings.ts";
import { adoptNotebook } from "./adopt.ts";
import { KernelChoice } from "./kernel-choice.ts";
import { KERNEL_NAME, NOTEBOOK_TYPE } from "./metadata.ts";
import { NotebookKernel } from "./notebook-kernel.ts";
import type { NotebookStatus } from "./notebook-status.ts";
import { startKernel } from "./start-kernel.ts";
import { translatePage } from "./translate-page.ts";

export interface KernelsParts {
  /** Our id. */
  extension: string;
  settings: Settings;
  secrets: vscode.SecretStorage;
  status: NotebookStatus;
  log: Log;
}

/** Failures that a new process does not mend. */
const BROKEN_INSTALLATION = new Set(["kernel_missing", "zeromq_unusable"]);

/** Between the closing of an untitled notebook and the opening of its file. */
const SAVING_MS = 3000;

/** The controller in VS Code's kernel picker, and one kernel for each notebook that uses it. */
export class Kernels implements vscode.Disposable {
  readonly #parts: KernelsParts;
  readonly #controller: vscode.NotebookController;
  readonly #open = new Map<vscode.NotebookDocument, NotebookKernel>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: KernelsParts) {
    this.#parts = parts;
    this.#controller = vscode.notebooks.createNotebookController(KERNEL_NAME, NOTEBOOK_TYPE, "Retort");
    this.#controller.description = vscode.l10n.t("Prompts for a model on this machine");
    this.#controller.supportedLanguages = [KERNEL_NAME];
    this.#controller.supportsExecutionOrder = true;
    // Without an interrupt handler VS Code cancels the cells one by one, so that a waiting cell can be stopped alone.
    this.#controller.executeHandler = (cells, notebook) => this.#execute(cells, notebook);
    this.#subscriptions = [
      this.#controller,
      new KernelChoice(this.#controller, parts.extension, (error) => parts.log.error("Choosing the kernel", error)),
      this.#controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => void this.#chosen(notebook, selected)),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => this.#letGo(notebook)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#tabsClosed(closed)),
    ];
  }

  /** The kernel of a notebook; nothing is started before it is used. */
  of(notebook: vscode.NotebookDocument): NotebookKernel {
    const known = this.#open.get(notebook) ?? this.#inherited(notebook);
    if (known !== undefined) return known;
    const kernel = new NotebookKernel(notebook, {
      controller: this.#controller,
      status: this.#parts.status,
      translatePage,
      start: (of) => this.#start(of),
      report: (failed, error) => void this.#report(failed, error),
      onWriteError: (error) => this.#parts.log.error("An output could not be shown", error),
    });
    this.#open.set(notebook, kernel);
    return kernel;
  }

  async dispose(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.dispose();
    await Promise.all([...this.#open.values()].map((kernel) => kernel.dispose()));
    this.#open.clear();
  }

  async #execute(cells: vscode.NotebookCell[], notebook: vscode.NotebookDocument): Promise<void> {
    if (await this.trusted()) await this.of(notebook).run(cells);
  }

  /** Cells are programs: without trust none runs, and the user is told how to give it. */
  async trusted(): Promise<boolean> {
    if (vscode.workspace.isTrusted) return true;
    const manage = vscode.l10n.t("Manage Workspace Trust");
    // Not waited for: the cell must not seem to run meanwhile.
    void vscode.window.showWarningMessage(vscode.l10n.t("Cells run only in a workspace that you trust."), manage).then((chosen) => {
      if (chosen === manage) void vscode.commands.executeCommand("workbench.trust.manage");
    });
    return false;
  }

  async #start(notebook: vscode.NotebookDocument): ReturnType<typeof startKernel> {
    const client = await startKernel(notebook, this.#parts.settings, this.#parts.secrets);
    this.#parts.log.info(`Kernel ${client.pid} runs for ${nameOf(notebook)}.`);
    return client;
  }

  async #chosen(notebook: vscode.NotebookDocument, selected: boolean): Promise<void> {
    try {
      if (selected) await adoptNotebook(notebook);
      else this.#letGo(notebook);
    } catch (error) {
      await reportFailure(this.#parts.log, "Choosing the kernel", error);
    }
  }

  /** VS Code may keep the document of a closed editor for minutes; its kernel ends at once. */
  #tabsClosed(closed: readonly vscode.Tab[]): void {
    const left = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(uriOf)));
    const gone = closed.map(uriOf).filter((uri) => uri !== undefined && !left.has(uri));
    for (const notebook of this.#open.keys()) if (gone.includes(notebook.uri.toString())) this.#letGo(notebook);
  }

  /** A notebook that is saved for the first time closes and comes back as a file: its kernel waits for that a moment. */
  #letGo(notebook: vscode.NotebookDocument): void {
    if (!notebook.isUntitled) return void this.#close(notebook);
    setTimeout(() => {
      for (const saved of vscode.workspace.notebookDocuments) if (!saved.isUntitled && !this.#open.has(saved)) this.#inherited(saved);
      void this.#close(notebook);
    }, SAVING_MS);
  }

  /** The kernel of an untitled notebook that was saved as `notebook`. */
  #inherited(notebook: vscode.NotebookDocument): NotebookKernel | undefined {
    const shown = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(uriOf)));
    const kernel = [...this.#open.values()].find(({ notebook: old, busy }) => old.isUntitled && !busy && !shown.has(old.uri.toString()) && haveSameCells(old, notebook));
    if (kernel === undefined) return undefined;
    this.#open.delete(kernel.notebook);
    this.#open.set(notebook, kernel);
    kernel.moveTo(notebook);
    return kernel;
  }

  async #close(notebook: vscode.NotebookDocument): Promise<void> {
    const kernel = this.#open.get(notebook);
    this.#open.delete(notebook);
    await kernel?.dispose();
  }

  /** One message, and the one way on: a restart, except where another one would fail in the same way. */
  async #report(kernel: NotebookKernel, error: unknown): Promise<void> {
    const { code, message, hint, cause } = asRetortError(error);
    const name = nameOf(kernel.notebook);
    const told = code === "kernel_died"
      ? new RetortError({ code, message: vscode.l10n.t("The kernel of {0} has ended unexpectedly.", name), hint: vscode.l10n.t("Results of earlier cells must be made again.") }, { cause: error })
      : new RetortError({ code, message: `${name}: ${message}`, ...(hint === undefined ? {} : { hint }) }, { cause });
    const restart = { title: vscode.l10n.t("Restart Kernel"), run: () => this.restart(kernel) };
    await reportFailure(this.#parts.log, "Kernel", told, BROKEN_INSTALLATION.has(code) ? undefined : restart);
  }

  async restart(kernel: NotebookKernel): Promise<void> {
    try {
      await kernel.restart();
    } catch (error) {
      await this.#report(kernel, error);
    }
  }
}

function nameOf({ uri }: vscode.NotebookDocument): string {
  return uri.path.split("/").at(-1) ?? "";
}

function haveSameCells(a: vscode.NotebookDocument, b: vscode.NotebookDocument): boolean {
  const sources = (notebook: vscode.NotebookDocument): string => JSON.stringify(notebook.getCells().map(({ kind, document }) => [kind, document.getText()]));
  return a.notebookType === b.notebookType && sources(a) === sources(b);
}

/** The notebook that a tab shows. */
function uriOf({ input }: vscode.Tab): string | undefined {
  return input instanceof vscode.TabInputNotebook ? input.uri.toString() : undefined;
}
