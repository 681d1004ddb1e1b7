import { BackOff } from "../../runtime/client/back-off.ts";
import { asRetortError, isCancelled } from "../../runtime/errors.ts";
import type { Assertions, CheckResult } from "./assert/check.ts";
import type { ModelDelta, ModelReply } from "./model.ts";
import type { Plan, PlannedRun } from "./plan.ts";
import { experimentResultInTurns, type ExperimentResult, type RunRecord } from "./result.ts";
import { askOne, failedRun, finishedRun, type AskTools } from "./run-one.ts";

/** An answer that need not be asked for again. */
export interface KnownAnswer {
  reply: ModelReply;
  source: "saved" | "cache";
  /** What the same assertions said of it before; undefined: check it now. */
  checks?: CheckResult[];
}

/** What a plan is run with. */
export interface PlanTools extends AskTools {
  /** Held against every answer after its clock has stopped. */
  assertions?: Assertions | undefined;
  /** How requests that were turned away are sent again. */
  backOff?: BackOff | undefined;
  /** Requests in flight at once; 1 where it is not set. */
  concurrency?: number | undefined;
  /** Answers that are there already. */
  known?: ReadonlyMap<PlannedRun, KnownAnswer> | undefined;
  /** Whether one corner needs no more runs. */
  enough?: ((runs: readonly RunRecord[]) => boolean) | undefined;
  /** Told of every run that has ended, before the next one begins in its place. Never rejects. */
  keep?: ((run: PlannedRun, record: RunRecord) => Promise<void>) | undefined;
}

/** What the caller sees while a plan runs. */
export interface RunObserver {
  /** A piece of a measured answer. */
  onDelta?(run: PlannedRun, delta: ModelDelta): void;
  /** A measured run has ended. */
  onRecord?(run: PlannedRun, record: RunRecord): void;
  /** `done` of `total` requests have ended, warm-ups included. */
  onProgress?(done: number, total: number): void;
  /** Asked once, after the first answer: go on with `left` more, at about `msEach`? */
  confirmRest?(left: number, msEach: number): Promise<boolean>;
}

/**
 * Runs a plan. A failed run never loses the others: it becomes a record with its error. Records stand in the plan's
 * order, whatever `concurrency` makes of it. After an abort of `signal` the result holds what there is, the
 * interrupted answers included, and is `partial`. Never rejects for a failed or cancelled request.
 */
export async function runPlan(plan: Plan, tools: PlanTools, signal: AbortSignal, observer: RunObserver = {}): Promise<ExperimentResult> {
  return new PlanExecution(plan, tools, signal, observer).run();
}

class PlanExecution {
  readonly #plan: Plan;
  readonly #tools: PlanTools & { backOff: BackOff };
  readonly #signal: AbortSignal;
  readonly #observer: RunObserver;
  readonly #measured: PlannedRun[];
  readonly #records: Array<RunRecord | undefined>;
  readonly #byCorner: RunRecord[][];
  /** Runs that `enough` made needless, by corner. */
  readonly #spared: number[];
  readonly #hopeless: NonNullable<Parameters<typeof askOne>[3]> = new Map();
  readonly #total: number;
  #next = 0;
  #done = 0;
  #confirmed: boolean;

  constructor(plan: Plan, tools: PlanTools, signal: AbortSignal, observer: RunObserver) {
    this.#plan = plan;
    this.#tools = { ...tools, backOff: tools.backOff ?? new BackOff() };
    this.#signal = signal;
    this.#observer = observer;
    this.#measured = plan.runs.filter((run) => run.kind === "measured");
    this.#records = this.#measured.map(() => undefined);
    this.#byCorner = plan.corners.map(() => []);
    this.#spared = plan.corners.map(() => 0);
    this.#total = plan.runs.length;
    this.#confirmed = this.#measured.length === 1 || observer.confirmRest === undefined;
  }

  async run(): Promise<ExperimentResult> {
    await this.#warmUp();
    let goesOn = true;
    while (goesOn && !this.#confirmed && this.#hasNext) goesOn = await this.#runNext();
    if (goesOn) await Promise.all(Array.from({ length: this.#tools.concurrency ?? 1 }, () => this.#work()));
    return await experimentResultInTurns(this.#plan.corners, this.#records.flatMap((record) => record ?? []), this.#planned());
  }

  /** Runs that each corner was to have, without those that were not needed. */
  #planned(): number[] {
    const planned = this.#spared.map((spared) => -spared);
    for (const { corner } of this.#measured) planned[corner] = (planned[corner] ?? 0) + 1;
    return planned;
  }

  get #hasNext(): boolean {
    return this.#next < this.#measured.length && !this.#signal.aborted;
  }

  /** A corner whose answers are all there already needs none. */
  async #warmUp(): Promise<void> {
    const asked = new Set(this.#measured.filter((run) => run.problem === null && this.#tools.known?.has(run) !== true).map(({ corner }) => corner));
    for (const run of this.#plan.runs.filter(({ kind }) => kind === "warmup")) {
      if (this.#signal.aborted) return;
      if (asked.has(run.corner)) await askOne(run, this.#tools, this.#signal, this.#hopeless);
      this.#progress();
    }
  }

  async #work(): Promise<void> {
    while (this.#hasNext) await this.#runNext();
  }

  /** Runs the next one; false: the user does not want the rest. */
  async #runNext(): Promise<boolean> {
    const index = this.#next++;
    const run = this.#measured[index] as PlannedRun;
    const own = this.#byCorner[run.corner] ?? [];
    if (this.#tools.enough?.(own) === true) {
      this.#spared[run.corner] = (this.#spared[run.corner] ?? 0) + 1;
      this.#progress();
      return true;
    }
    const record = await this.#record(run, index);
    this.#records[index] = record;
    own.push(record);
    await this.#tools.keep?.(run, record);
    this.#observer.onRecord?.(run, record);
    this.#progress();
    return this.#confirm(record);
  }

  async #record(run: PlannedRun, index: number): Promise<RunRecord> {
    const base = { index, corner: this.#plan.corners[run.corner] ?? {}, repeat: run.repeat, seed: run.request.seed ?? null, row: run.row, checks: [], passed: null };
    const known = this.#tools.known?.get(run);
    if (run.problem !== null) return this.#checked({ ...base, ...failedRun(run.problem) });
    if (known !== undefined) return this.#checked({ ...base, ...finishedRun(known.reply, this.#tools.read), source: known.source }, known.checks);
    const asked = await askOne(run, this.#tools, this.#signal, this.#hopeless, (delta) => this.#observer.onDelta?.(run, delta));
    return this.#checked({ ...base, ...asked });
  }

  async #checked(record: RunRecord, before?: CheckResult[]): Promise<RunRecord> {
    const { assertions } = this.#tools;
    if (assertions === undefined || record.status === "cancelled") return record;
    if (record.status === "failed") return { ...record, passed: false };
    try {
      const checks = before ?? await assertions.check(record, record.row?.values ?? null, this.#signal);
      return { ...record, checks, passed: checks.every(({ passed }) => passed) };
    } catch (error) {
      // The answer is there; only what to think of it is not known.
      if (this.#signal.aborted && isCancelled(error)) return record;
      return { ...record, passed: false, error: asRetortError(error).fields() };
    }
  }

  /** Asks once, when the first answer that took time tells how long the rest will take. */
  async #confirm({ reply, source }: RunRecord): Promise<boolean> {
    if (this.#confirmed || reply === null || source !== undefined || this.#signal.aborted) return true;
    this.#confirmed = true;
    const left = this.#measured.slice(this.#next).filter((run) => run.problem === null && this.#tools.known?.has(run) !== true).length;
    return await this.#observer.confirmRest?.(left, reply.timings.e2e_ms) ?? true;
  }

  #progress(): void {
    this.#done++;
    this.#observer.onProgress?.(this.#done, this.#total);
  }
}
