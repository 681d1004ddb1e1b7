import { isCancelled, RetortError } from "../../runtime/errors.ts";
import { MANY_ANSWERS } from "../cells/keys.ts";
import type { ModelDelta } from "../experiment/model.ts";
import type { Plan } from "../experiment/plan.ts";
import type { ExecuteContext } from "../jupyter/interpreter.ts";
import { inertText } from "./inert-text.ts";
import { LOADING_DELAY_MS, ProgressDisplay } from "./progress-display.ts";
import type { JobObserver } from "./prompt-runner.ts";

const RUNS_DELAY_MS = 500;

/** What a running prompt shows: the text of a single answer as it comes, or the progress of several. */
export class PromptView implements JobObserver {
  readonly #context: ExecuteContext;
  #progress: ProgressDisplay;
  #total = 0;
  #startedAt = 0;
  #streamed: ModelDelta["kind"] | null = null;
  /** The progress of loading stands in the output. */
  #loadingShown = false;

  constructor(context: ExecuteContext) {
    this.#context = context;
    this.#progress = new ProgressDisplay(context, LOADING_DELAY_MS);
  }

  /** True when the settled outputs have something to replace. */
  get used(): boolean {
    return this.#streamed !== null || this.#loadingShown || this.#progress.shown;
  }

  end(): void {
    this.#progress.end();
  }

  onStep(step: string): void {
    this.#progress.show(step);
  }

  onPlan(plan: Plan): void {
    this.#progress.end();
    this.#loadingShown = this.#progress.shown;
    this.#progress = new ProgressDisplay(this.#context, RUNS_DELAY_MS);
    this.#total = plan.runs.filter((run) => run.kind === "measured").length;
    this.#startedAt = performance.now();
  }

  onDelta(_run: unknown, { kind, text }: ModelDelta): void {
    if (this.#total !== 1) return;
    const heading = this.#streamed === kind ? "" : kind === "thinking" ? "Thinking …\n" : this.#streamed === null ? "" : "\n\n";
    this.#streamed = kind;
    this.#context.stream("stdout", heading + inertText(text));
  }

  onProgress(done: number, total: number): void {
    if (this.#total === 1) return;
    const left = ((performance.now() - this.#startedAt) / done) * (total - done);
    this.#progress.show(`${done} of ${total} requests${done < total ? `, ${duration(left)} left` : ""}`);
  }

  async confirmRest(left: number, msEach: number): Promise<boolean> {
    if (left + 1 <= MANY_ANSWERS) return true;
    const estimate = `${left} more answers would take about ${duration(left * msEach)}`;
    try {
      return /^\s*(y|yes)\s*$/i.test(await this.#context.input(`${estimate}. Go on? [y/N] `));
    } catch (error) {
      if (isCancelled(error)) return false;
      if (!(error instanceof RetortError) || error.code !== "stdin_not_allowed") throw error;
      // Nobody is there to ask: whoever runs a notebook unattended wants it run.
      this.onStep(`${estimate}.`);
      return true;
    }
  }
}

/** Milliseconds in words: "40 s", "3 min", "2.5 h". */
function duration(ms: number): string {
  if (ms < 90_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}
