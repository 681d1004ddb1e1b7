import * as vscode from "vscode";
import type { KernelClient } from "../../kernel/jupyter/client/kernel-client.ts";
import type { Disposable } from "../../runtime/dispose.ts";
import { CellOutputs } from "./cell-outputs.ts";
import { CellRun, type CellRunParts } from "./cell-run.ts";
import { KernelSession } from "./kernel-session.ts";
import { lateExecution } from "./late-execution.ts";
import type { NotebookStatus } from "./notebook-status.ts";
import { OutputWriter } from "./output-writer.ts";
import { RunQueue } from "./run-queue.ts";

export interface NotebookKernelParts {
  controller: vscode.NotebookController;
  start(notebook: vscode.NotebookDocument): Promise<KernelClient>;
  status: NotebookStatus;
  translatePage: CellRunParts["translatePage"];
  /** Tells the user what went wrong with `kernel`, and the way on. */
  report(kernel: NotebookKernel, error: unknown): void;
  /** For what only the log needs to know. */
  onWriteError(error: unknown): void;
}

/** One notebook: its kernel, its queue, and where late outputs of its cells go. */
export class NotebookKernel implements Disposable {
  readonly session: KernelSession;
  #notebook: vscode.NotebookDocument;
  readonly #parts: NotebookKernelParts;
  readonly #queue = new RunQueue<CellRun>();
  readonly #runs = new Map<vscode.NotebookCell, CellRun>();
  readonly #writers = new WeakMap<vscode.NotebookCell, OutputWriter<vscode.NotebookCellOutput>>();

  constructor(notebook: vscode.NotebookDocument, parts: NotebookKernelParts) {
    this.#notebook = notebook;
    this.#parts = parts;
    this.session = new KernelSession({
      start: () => this.#start(),
      onDeath: (error) => parts.report(this, error),
    });
  }

  get notebook(): vscode.NotebookDocument {
    return this.#notebook;
  }

  /** The document was saved under a name, which makes it another document: variables and results stay. */
  moveTo(notebook: vscode.NotebookDocument): void {
    this.#parts.status.set(this.#notebook, null);
    this.#notebook = notebook;
  }

  /** True while a cell runs or waits. */
  get busy(): boolean {
    return this.#runs.size > 0;
  }

  /** Queues `cells`; those that already run or wait stay where they are. Resolves when the queue is empty. */
  async run(cells: readonly vscode.NotebookCell[]): Promise<void> {
    await this.#queue.add(cells.filter((cell) => !this.#runs.has(cell)).map((cell) => this.#prepare(cell)));
  }

  /** Stops the running cell; those behind it do not run. */
  interrupt(): void {
    this.#queue.clear(false);
    this.#queue.running?.interrupt();
  }

  /** A new process: variables and results are gone, outputs stay. */
  async restart(): Promise<void> {
    this.#queue.clear(false);
    await this.session.restart();
  }

  async dispose(): Promise<void> {
    this.#queue.clear(false);
    await this.session.dispose();
    this.#parts.status.set(this.#notebook, null);
  }

  async #start(): Promise<KernelClient> {
    this.#parts.status.set(this.#notebook, { kind: "starting", text: vscode.l10n.t("starting the kernel") });
    try {
      return await this.#parts.start(this.#notebook);
    } finally {
      this.#showStatus();
    }
  }

  #prepare(cell: vscode.NotebookCell): CellRun {
    this.#writers.get(cell)?.retire();
    const writer = new OutputWriter(new CellOutputs(cell, (target, work) => this.#withExecution(target, work)), this.#parts.onWriteError);
    this.#writers.set(cell, writer);
    const run = new CellRun(cell, this.#parts.controller.createNotebookCellExecution(cell), {
      session: this.session,
      writer,
      translatePage: this.#parts.translatePage,
      onProgress: (progress) => this.#parts.status.progress(cell, progress),
      onChange: (changed) => this.#changed(changed),
      onFailure: (error) => this.#parts.report(this, error),
    });
    this.#runs.set(cell, run);
    run.onCancel(() => {
      this.#queue.remove(run);
      run.interrupt();
    });
    return run;
  }

  #changed(run: CellRun): void {
    if (run.ended && this.#runs.get(run.cell) === run) this.#runs.delete(run.cell);
    this.#showStatus();
  }

  /** Outputs of a cell that has ended are changed through whichever cell runs now. */
  #withExecution(cell: vscode.NotebookCell, work: (execution: vscode.NotebookCellExecution) => Thenable<void>): PromiseLike<void> {
    const running = this.#queue.running?.execution;
    return running === undefined ? lateExecution(this.#parts.controller, cell, work) : work(running);
  }

  #showStatus(): void {
    const running = this.#queue.running;
    if (running === null || running.ended) return this.#parts.status.set(this.#notebook, null);
    const waiting = this.#queue.waiting.length;
    const cell = vscode.l10n.t("cell {0} runs", running.cell.index + 1);
    this.#parts.status.set(this.#notebook, { kind: "busy", text: waiting === 0 ? cell : vscode.l10n.t("{0}, {1} waiting", cell, waiting) });
  }
}
