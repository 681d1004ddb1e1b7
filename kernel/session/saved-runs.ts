import { resolve } from "node:path";
import type { PromptSettings } from "../cells/settings.ts";
import { savedLine } from "../experiment/data/saved-line.ts";
import type { Plan, PlannedRun } from "../experiment/plan.ts";
import { hashOf, requestHash } from "../experiment/request-hash.ts";
import type { RunRecord } from "../experiment/result.ts";
import type { KnownAnswer } from "../experiment/run-plan.ts";
import { RetortError } from "../../runtime/errors.ts";
import { ResultsFile } from "./results-file.ts";

/** What `save:` and `resume:` do for one cell: which answers are there already, and where new ones go. */
export class SavedRuns {
  readonly plan: Plan;
  readonly #file: ResultsFile | null;
  readonly #shown: string;
  readonly #checksOf: string | null;
  #recalled = 0;
  #planned = 0;

  private constructor(plan: Plan, file: ResultsFile | null, shown: string, checksOf: string | null) {
    this.plan = plan;
    this.#file = file;
    this.#shown = shown;
    this.#checksOf = checksOf;
  }

  /** Without `save:` nothing is kept. Paths are relative to `folder`. Errors: those of `ResultsFile.open`. */
  static async open(settings: PromptSettings, folder: string, plan: Plan): Promise<SavedRuns> {
    const { save, resume = false } = settings;
    const assertions = (settings as Record<string, unknown>)["assert"];
    const checksOf = assertions === undefined ? null : hashOf([assertions, (settings as Record<string, unknown>)["judge"]]);
    if (save === undefined) return new SavedRuns(plan, null, "", checksOf);
    return new SavedRuns(plan, await ResultsFile.open(resolve(folder, save), save, resume), save, checksOf);
  }

  /** The answers that the file has for the very same requests. Throws `resume_mismatch` for a file of another experiment. */
  recall(plan: Plan): Map<PlannedRun, KnownAnswer> {
    const known = new Map<PlannedRun, KnownAnswer>();
    if (this.#file === null || this.#file.content.lines === 0) return known;
    const answers = new Map([...this.#file.content.answers].map(([request, list]) => [request, [...list]]));
    const measured = plan.runs.filter((run) => run.kind === "measured" && run.problem === null);
    for (const run of measured) {
      // One answer for each run: two rows may ask the very same.
      const answer = answers.get(requestHash(run.request))?.shift();
      if (answer === undefined) continue;
      const isSame = answer.checksOf === this.#checksOf;
      known.set(run, { reply: answer.reply, source: "saved", ...(isSame ? { checks: answer.checks } : {}) });
    }
    this.#recalled = known.size;
    this.#planned = measured.length;
    if (known.size === 0 && answers.size > 0) {
      throw new RetortError({
        code: "resume_mismatch", status: 400, param: "resume",
        message: `${this.#shown} holds ${this.#file.content.lines} results, and none is of this experiment: prompt, settings, seed or data differ.`,
        hint: "Save to another name, or set the cell back to what it was.",
      });
    }
    return known;
  }

  /** Writes a run that has ended; what the file has already and what was broken off are left out. */
  async keep(run: PlannedRun, record: RunRecord): Promise<void> {
    if (this.#file === null || record.source === "saved" || record.status === "cancelled") return;
    await this.#file.append(savedLine(record, { request: requestHash(run.request), checks: this.#checksOf }));
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  /** What a reader must know; after `close`. */
  remarks(): string[] {
    const file = this.#file;
    if (file === null) return [];
    const { lines, unreadable } = file.content;
    return [
      ...(lines > 0 ? [`${this.#recalled} of ${this.#planned} answers were taken from ${this.#shown}; only the others were asked for.`] : []),
      ...(unreadable > 0 ? [`${unreadable === 1 ? "1 line" : `${unreadable} lines`} of ${this.#shown} could not be read, and ${unreadable === 1 ? "was" : "were"} left as found.`] : []),
      ...(file.unwritten > 0 ? [`Warning: ${file.unwritten} results are not in ${this.#shown}: ${file.problem ?? "it could not be written"}. They are in this output and in the cell's result; make room, then run again with \`resume: on\`.`] : []),
    ];
  }
}
