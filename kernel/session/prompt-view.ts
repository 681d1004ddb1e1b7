import type { ErrorFields } from "../../runtime/errors.ts";
import { isCancelled, RetortError } from "../../runtime/errors.ts";
import { MANY_ANSWERS } from "../cells/keys.ts";
import { liveTable } from "../display/live-table.ts";
import type { ModelDelta } from "../experiment/model.ts";
import type { Plan, PlannedRun } from "../experiment/plan.ts";
import type { RunRecord } from "../experiment/result.ts";
import { RunTally } from "../experiment/tally.ts";
import type { ToolStep } from "../experiment/tools/tool.ts";
import type { ExecuteContext } from "../jupyter/interpreter.ts";
import { inertText } from "./inert-text.ts";
import { LOADING_DELAY_MS, ProgressDisplay } from "./progress-display.ts";
import type { PromptJob } from "./prompt-job.ts";
import type { JobObserver } from "./prompt-runner.ts";

const RUNS_DELAY_MS = 500;
/** Characters of a tool's result in the stream; the table below has more. */
const MAX_STEP_TEXT = 500;
/** A cell that would take longer than this asks first, however few its answers are. */
const LONG_MS = 30 * 60_000;

/** What a running prompt shows: the text of a single answer as it comes, or a table of several that fills in. */
export class PromptView implements JobObserver {
  readonly #context: ExecuteContext;
  #progress: ProgressDisplay;
  #tally: RunTally | null = null;
  #total = 0;
  #asked = 0;
  #startedAt = 0;
  #width = 1;
  #asksFirst = true;
  #streamed: ModelDelta["kind"] | null = null;
  /** The progress of loading stands in the output. */
  #loadingShown = false;
  #refusal: ErrorFields | null = null;

  constructor(context: ExecuteContext) {
    this.#context = context;
    this.#progress = new ProgressDisplay(context, LOADING_DELAY_MS);
  }

  /** True when the settled outputs have something to replace. */
  get used(): boolean {
    return this.#streamed !== null || this.#loadingShown || this.#progress.shown;
  }

  /** Why the cell did not go on after its first answer; null where it did, or where the user said no. */
  get refusal(): ErrorFields | null {
    return this.#refusal;
  }

  end(): void {
    this.#progress.end();
  }

  onStep(step: string): void {
    this.#progress.show(step);
  }

  onPlan(plan: Plan, { settings }: PromptJob): void {
    this.#progress.end();
    this.#loadingShown = this.#progress.shown;
    this.#progress = new ProgressDisplay(this.#context, RUNS_DELAY_MS);
    this.#tally = new RunTally(plan);
    this.#total = plan.runs.filter((run) => run.kind === "measured").length;
    this.#width = settings.concurrency ?? 1;
    this.#asksFirst = settings.confirm !== false;
    this.#startedAt = performance.now();
  }

  onDelta(_run: unknown, { kind, text }: ModelDelta): void {
    if (this.#total !== 1) return;
    const heading = this.#streamed === kind ? "" : kind === "thinking" ? "Thinking …\n" : this.#streamed === null ? "" : "\n\n";
    this.#streamed = kind;
    this.#context.stream("stdout", heading + inertText(text));
  }

  /** A call and its result, between the pieces of the answer. */
  onToolStep({ tool, arguments: args, result }: ToolStep): void {
    if (this.#total !== 1) return;
    this.#streamed ??= "answer";
    this.#context.stream("stdout", inertText(`\n${tool}(${JSON.stringify(args)}) → ${result.slice(0, MAX_STEP_TEXT)}\n`));
  }

  onRecord(run: PlannedRun, record: RunRecord): void {
    if (record.source === undefined && run.problem === null) this.#asked++;
    this.#tally?.add(run, record);
  }

  onProgress(done: number, total: number): void {
    if (this.#total === 1) return;
    // Answers that were there already took no time, and say nothing of the others.
    const elapsed = performance.now() - this.#startedAt;
    const left = this.#asked === 0 || done === total ? "" : `, about ${duration((elapsed / this.#asked) * (total - done))} left`;
    this.#progress.show(() => liveTable(`${done} of ${total} requests${left}`, this.#tally?.corners ?? []));
  }

  async confirmRest(left: number, msEach: number): Promise<boolean> {
    const ms = (left * msEach) / this.#width;
    if (!this.#asksFirst || (left + 1 <= MANY_ANSWERS && ms <= LONG_MS)) return true;
    const estimate = `${left} more answers would take about ${duration(ms)}`;
    try {
      return /^\s*(y|yes)\s*$/i.test(await this.#context.input(`${estimate}. Go on? [y/N] `));
    } catch (error) {
      if (isCancelled(error)) return false;
      if (!(error instanceof RetortError) || error.code !== "stdin_not_allowed") throw error;
      this.#refusal = {
        code: "needs_confirmation", status: 400, param: "confirm",
        message: `${estimate}, and this front end cannot ask whether to go on.`,
        hint: "Write `confirm: off` in the cell, or run `%defaults confirm=off` first.",
      };
      return false;
    }
  }
}

/** Milliseconds in words: "40 s", "3 min", "2.5 h". */
function duration(ms: number): string {
  if (ms < 90_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}
