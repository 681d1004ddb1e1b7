import type { IDisplayData, IError, IMimeBundle } from "@jupyterlab/nbformat";
import * as vscode from "vscode";
import type { ExecuteReply } from "../../kernel/jupyter/client/execution.ts";
import type { OutputEvent } from "../../kernel/jupyter/client/output-collector.ts";
import { asRetortError, RetortError } from "../../runtime/errors.ts";
import type { KernelSession } from "./kernel-session.ts";
import { askUser } from "./input.ts";
import { cellTags } from "./metadata.ts";
import { OutputLimit } from "./output-limit.ts";
import type { OutputWriter } from "./output-writer.ts";
import { progressOf, type Progress } from "./progress.ts";
import type { QueuedCell, RunEnd } from "./run-queue.ts";

export interface CellRunParts {
  session: KernelSession;
  writer: OutputWriter<vscode.NotebookCellOutput>;
  /** Says the answer of `%help` in the language of the editor. */
  translatePage(page: IMimeBundle): Promise<IMimeBundle>;
  onProgress(progress: Progress | null): void;
  /** The run has begun, or it has ended or been skipped. */
  onChange(run: CellRun): void;
  /** The cell could not be run at all, or (`kernel_silent`) not be stopped. */
  onFailure(error: unknown): void;
}

/** An interrupt that had no effect for so long is worth a word. */
const INTERRUPT_PATIENCE_MS = 10_000;
/** Ways to end that somebody asked for, or that are told elsewhere. */
const EXPECTED = new Set(["kernel_restarted", "kernel_stopped", "kernel_died"]);

/** One cell on its way through the queue and the kernel. */
export class CellRun implements QueuedCell {
  readonly cell: vscode.NotebookCell;
  readonly #execution: vscode.NotebookCellExecution;
  readonly #parts: CellRunParts;
  readonly #abort = new AbortController();
  readonly #limit = new OutputLimit(vscode.l10n.t("The rest of the output is not shown: it is too long."));
  #state: "waiting" | "running" | "ended" = "waiting";
  #outputs = 0;

  constructor(cell: vscode.NotebookCell, execution: vscode.NotebookCellExecution, parts: CellRunParts) {
    this.cell = cell;
    this.#execution = execution;
    this.#parts = parts;
  }

  get ended(): boolean {
    return this.#state === "ended";
  }

  /** The execution through which outputs can be changed now; undefined before and after the run. */
  get execution(): vscode.NotebookCellExecution | undefined {
    return this.#state === "running" ? this.#execution : undefined;
  }

  /** Calls `onCancel` when the user stops this cell. */
  onCancel(listener: () => void): vscode.Disposable {
    return this.#execution.token.onCancellationRequested(listener);
  }

  /** Asks the kernel to stop the cell, if it runs. */
  interrupt(): void {
    this.#abort.abort();
  }

  skip(failed: boolean): void {
    if (this.#state !== "waiting") return;
    this.#end(failed ? false : undefined);
  }

  async run(): Promise<RunEnd> {
    this.#state = "running";
    // The clock on the wall may be set while the cell runs; a duration is measured by the other one.
    const [startedAt, started] = [Date.now(), performance.now()];
    this.#execution.start(startedAt);
    this.#parts.onChange(this);
    const deaf = this.#watchInterrupt();
    const { success, end } = await this.#outcome();
    clearTimeout(deaf.timer);
    this.#parts.onProgress(null);
    await this.#parts.writer.settled();
    this.#end(success, startedAt + (performance.now() - started));
    return end;
  }

  #end(success: boolean | undefined, at?: number): void {
    this.#state = "ended";
    // Nobody keeps the executions of a notebook that is closed.
    if (!this.cell.notebook.isClosed) this.#execution.end(success, at);
    this.#parts.onChange(this);
  }

  async #outcome(): Promise<{ success: boolean | undefined; end: RunEnd }> {
    try {
      await this.#execution.clearOutput();
      const reply = await this.#parts.session.execute(this.cell.document.getText().replaceAll("\r\n", "\n"), {
        signal: this.#abort.signal,
        onStart: (count) => { this.#execution.executionOrder = count; },
        onOutput: (event) => this.#show(event),
        onInput: (prompt, password) => this.#ask(prompt, password),
      });
      await this.#showPages(reply);
      return { success: reply.status === "aborted" ? undefined : reply.status === "ok", end: this.#endOf(reply) };
    } catch (error) {
      const { code } = asRetortError(error);
      if (code !== "kernel_stopped") this.#show(failureEvent(error, this.#outputs));
      if (!EXPECTED.has(code)) this.#parts.onFailure(error);
      return { success: false, end: code === "kernel_restarted" || code === "kernel_stopped" ? "stop" : "fail" };
    }
  }

  /** An error ends the queue, unless the cell is meant to fail or is not there any more. */
  #endOf({ status }: ExecuteReply): RunEnd {
    if (status === "ok" || this.cell.index < 0) return "next";
    return cellTags(this.cell.metadata).includes("raises-exception") && !this.#abort.signal.aborted ? "next" : "stop";
  }

  #show(event: OutputEvent): void {
    if (event.type === "clear") this.#outputs = 0;
    else this.#outputs = Math.max(this.#outputs, event.index + 1);
    const progress = progressOf(event);
    if (progress !== undefined && this.#state === "running") this.#parts.onProgress(progress);
    const passed = this.#limit.pass(event);
    if (passed !== undefined) this.#parts.writer.push(passed);
  }

  /** What a pager would show (the answer of `%help`) stands below the cell. */
  async #showPages({ payload }: ExecuteReply): Promise<void> {
    for (const { source, data } of payload) {
      if (source !== "page") continue;
      const page = await this.#parts.translatePage((data ?? {}) as IMimeBundle);
      const output: IDisplayData = { output_type: "display_data", data: page, metadata: {} };
      this.#show({ type: "append", index: this.#outputs, output });
    }
  }

  async #ask(prompt: string, password: boolean): Promise<string> {
    const cancel = new vscode.CancellationTokenSource();
    const onAbort = (): void => cancel.cancel();
    this.#abort.signal.addEventListener("abort", onAbort, { once: true });
    try {
      const answer = await askUser(prompt, password, cancel.token);
      // To put the question away is to stop the cell; the interrupt goes out before the empty answer.
      if (answer === undefined) this.interrupt();
      return answer ?? "";
    } finally {
      this.#abort.signal.removeEventListener("abort", onAbort);
      cancel.dispose();
    }
  }

  #watchInterrupt(): { timer?: NodeJS.Timeout } {
    const watch: { timer?: NodeJS.Timeout } = {};
    this.#abort.signal.addEventListener("abort", () => {
      watch.timer = setTimeout(() => { if (this.#state === "running") this.#parts.onFailure(silentKernel()); }, INTERRUPT_PATIENCE_MS);
    }, { once: true });
    return watch;
  }
}

function silentKernel(): RetortError {
  return new RetortError({ code: "kernel_silent", message: vscode.l10n.t("The kernel does not react to the interrupt."), hint: vscode.l10n.t("Wait, or restart the kernel.") });
}

/** What went wrong, as the cell's last output. */
function failureEvent(error: unknown, index: number): OutputEvent {
  const { code, message, hint } = asRetortError(error);
  const text = [message, hint].filter((part) => part !== undefined).join(" ");
  const output: IError = { output_type: "error", ename: code, evalue: text, traceback: [] };
  return { type: "append", index, output };
}
