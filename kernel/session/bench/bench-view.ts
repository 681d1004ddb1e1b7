import { isCancelled, RetortError } from "../../../runtime/errors.ts";
import { MANY_ANSWERS } from "../../cells/keys.ts";
import { cornerLabel } from "../../display/corner-label.ts";
import type { BenchObserver } from "../../experiment/bench/run-bench.ts";
import type { Corner } from "../../experiment/plan.ts";
import type { ExecuteContext } from "../../jupyter/interpreter.ts";
import { ProgressDisplay } from "../progress-display.ts";

const DELAY_MS = 500;

/** What a running benchmark shows: one line that replaces itself. */
export class BenchView implements BenchObserver {
  readonly #context: ExecuteContext;
  readonly #progress: ProgressDisplay;
  readonly #total: number;
  readonly #begun = new Set<string>();

  constructor(context: ExecuteContext, total: number) {
    this.#context = context;
    this.#progress = new ProgressDisplay(context, DELAY_MS);
    this.#total = total;
  }

  /** True when the settled outputs have something to replace. */
  get used(): boolean {
    return this.#progress.shown;
  }

  end(): void {
    this.#progress.end();
  }

  onStep(corner: Corner, step: string): void {
    this.#progress.show(`${this.#place(corner)}${step}${step.endsWith("…") ? "" : " …"}`);
  }

  onRequests(corner: Corner, done: number, planned: number | null): void {
    this.#progress.show(`${this.#place(corner)}${done}${planned === null ? "" : ` of ${planned}`} requests`);
  }

  async confirm(requests: number, ms: number): Promise<boolean> {
    if (requests <= MANY_ANSWERS) return true;
    const question = `${requests} requests would take about ${Math.ceil(ms / 60_000)} min. Go on? [y/N] `;
    try {
      return /^\s*(y|yes)\s*$/i.test(await this.#context.input(question));
    } catch (error) {
      if (isCancelled(error)) return false;
      if (!(error instanceof RetortError) || error.code !== "stdin_not_allowed") throw error;
      // Nobody is there to ask: whoever runs a notebook unattended wants it run.
      return true;
    }
  }

  #place(corner: Corner): string {
    if (Object.keys(corner).length === 0) return "";
    this.#begun.add(JSON.stringify(corner));
    return `${this.#begun.size} of ${this.#total}, ${cornerLabel(corner)}: `;
  }
}
