import { isCompleteCell } from "../cells/is-complete.ts";
import { parseCell } from "../cells/parse.ts";
import { renderTemplate } from "../cells/template.ts";
import type { Cell, CommandCell, PromptCell, SettingsCell, VarsCell } from "../cells/cell.ts";
import { validateCell } from "../cells/validate.ts";
import type { JsRunner } from "../experiment/js/js-runner.ts";
import { namedResult } from "../experiment/result.ts";
import type {
  CompleteReply, ExecuteContext, ExecuteOutcome, InspectReply, Interpreter, IsCompleteReply, KernelInfo, MimeBundle,
} from "../jupyter/interpreter.ts";
import type { BackOff } from "../../runtime/client/back-off.ts";
import { measureBandwidth } from "./bench/bandwidth.ts";
import { runBenchCell } from "./bench/bench-cell.ts";
import { runChartCell } from "./chart-cell.ts";
import { runCommand } from "./commands/run-command.ts";
import { runCompareCell } from "./compare-cell.ts";
import { diagnosticsOutcome } from "./diagnostics-outcome.ts";
import { runJsCell } from "./js-cell.ts";
import type { RunnerFolders } from "./folders.ts";
import { hostFor } from "./js-host.ts";
import { kernelInfo } from "./kernel-info.ts";
import { completeAt, inspectAt } from "./language-help.ts";
import type { ModelAccess } from "./model-access.ts";
import { chooseModel } from "./model-choice.ts";
import { NotebookState } from "./notebook-state.ts";
import { noteOutput } from "./note.ts";
import { errorOutcome } from "./outcome.ts";
import { LOADING_DELAY_MS, ProgressDisplay } from "./progress-display.ts";
import { promptOutcome, runPromptCell } from "./prompt-cell.ts";
import { promptJob } from "./prompt-job.ts";
import { PromptRunner } from "./prompt-runner.ts";
import { UserCode } from "./user-code.ts";

export interface SessionOptions {
  access: ModelAccess;
  js: JsRunner;
  /** Retort's version, for the records of outputs. */
  version: string;
  folders: RunnerFolders;
  /** Model for prompts that name none (`RETORT_MODEL`). */
  model: string | undefined;
  /** How the requests of one cell are sent again. Default: with the waits of a {@link BackOff}. */
  backOff?: () => BackOff;
}

const OK: ExecuteOutcome = { status: "ok" };

/** One notebook: its names, its settings, and what happens when one of its cells runs. */
export class NotebookSession implements Interpreter {
  readonly #options: SessionOptions;
  readonly #state = new NotebookState();
  readonly #runner: PromptRunner;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#runner = new PromptRunner({ access: options.access, model: options.model, folders: options.folders, version: options.version, code: new UserCode(options.js, this.#state.names), backOff: options.backOff });
  }

  info(): KernelInfo {
    return kernelInfo(this.#options.version);
  }

  /** Never rejects: every error is an outcome. */
  async execute(code: string, context: ExecuteContext): Promise<ExecuteOutcome> {
    try {
      const parsed = parseCell(code);
      const diagnostics = validateCell(parsed, this.#state.scope());
      const refused = diagnosticsOutcome(code, diagnostics);
      if (refused !== null) return refused;
      this.#state.remember(code);
      return await this.#run(parsed.cell, diagnostics.map(({ message }) => message), context);
    } catch (error) {
      return errorOutcome(error);
    }
  }

  async #run(cell: Cell, notes: string[], context: ExecuteContext): Promise<ExecuteOutcome> {
    if (cell.kind === "prompt") return this.#runPrompt(cell, notes, context);
    for (const { data, metadata } of noteOutput(notes)) context.display(data, { metadata });
    switch (cell.kind) {
      case "vars": return this.#setVariables(cell);
      case "js": return runJsCell(cell, { js: this.#options.js, runner: this.#runner, state: this.#state }, context);
      case "bench": return this.#runBench(cell, context);
      case "chart": return runChartCell(cell, this.#state.scope(), context);
      case "compare": return this.#compare(cell, context);
      case "command": return this.#runCommands(cell, context);
      default: return OK;
    }
  }

  async #runPrompt(cell: PromptCell, notes: string[], context: ExecuteContext): Promise<ExecuteOutcome> {
    const { names, defaults } = this.#state;
    const job = promptJob(cell, defaults, names.values());
    const { name } = job.settings;
    if (name !== undefined) this.#state.cells.set(name, cell);
    const finished = await runPromptCell({ job, notes }, this.#runner, context, this.#options.version, hostFor({ runner: this.#runner, state: this.#state }, context));
    this.#state.last = finished;
    const value = namedResult(finished.result);
    names.setResult("_", value, job.inputs);
    if (name !== undefined) names.setResult(name, value, job.inputs);
    return promptOutcome(finished, context.signal);
  }

  async #runBench(cell: SettingsCell, context: ExecuteContext): Promise<ExecuteOutcome> {
    const { names, defaults } = this.#state;
    const services = { access: this.#options.access, models: { notebookModel: defaults.model, notebookPrecision: defaults.precision, environmentModel: this.#options.model }, scope: this.#state.scope(), version: this.#options.version, notes: [], measureBandwidth };
    const { outcome, name, value } = await runBenchCell(cell, services, context);
    names.setResult("_", value, []);
    if (name !== undefined) names.setResult(name, value, []);
    return outcome;
  }

  #compare(cell: SettingsCell, context: ExecuteContext): Promise<ExecuteOutcome> {
    const { access, model, version, folders } = this.#options;
    return runCompareCell(cell, { access, model, version, folder: folders.notebook, state: this.#state }, context);
  }

  #setVariables(cell: VarsCell): ExecuteOutcome {
    for (const { key, value } of cell.values) this.#state.names.setVariable(key, value);
    return OK;
  }

  async #runCommands(cell: CommandCell, context: ExecuteContext): Promise<ExecuteOutcome> {
    for (const command of cell.commands) {
      context.signal.throwIfAborted();
      await runCommand(command, {
        context,
        state: this.#state,
        access: this.#options.access,
        currentModel: () => this.#currentModel(context),
        withProgress: (work) => withProgress(context, work),
      });
    }
    return OK;
  }

  async #currentModel(context: ExecuteContext): Promise<string> {
    const named = this.#state.defaults.model;
    if (named !== undefined) return named;
    const { runtime } = await this.#options.access.connect(() => undefined, context.signal);
    return (await chooseModel(runtime, this.#options.model, context.signal)).model;
  }

  /** A template expression: `solve.answer`, `solve.stats.ttft_ms.mean | round`. */
  async evaluate(expression: string): Promise<MimeBundle> {
    return { "text/plain": renderTemplate(`{{ ${expression} }}`, this.#state.names.values()) };
  }

  async complete(code: string, offset: number): Promise<CompleteReply> {
    return completeAt(code, offset, this.#state.scope());
  }

  async inspect(code: string, offset: number, detail: 0 | 1 = 0): Promise<InspectReply> {
    return inspectAt(code, offset, detail, this.#state, this.#options.access, this.#options.model, this.#options.folders.notebook);
  }

  async isComplete(code: string): Promise<IsCompleteReply> {
    return isCompleteCell(code);
  }

  /** Memory of the engine, where a runtime is connected. */
  async usage(): Promise<Record<string, unknown>> {
    const runtime = this.#options.access.current?.runtime;
    if (runtime?.local !== true) return {};
    return { retort: await runtime.memory() };
  }

  async shutdown(): Promise<void> {
    await this.#options.js.dispose();
    await this.#options.access.dispose();
  }
}

async function withProgress<T>(context: ExecuteContext, work: (onStep: (step: string) => void) => Promise<T>): Promise<T> {
  const progress = new ProgressDisplay(context, LOADING_DELAY_MS);
  try {
    return await work((step) => progress.show(step));
  } finally {
    progress.end();
  }
}
