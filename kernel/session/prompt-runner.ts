import type { BackOff } from "../../runtime/client/back-off.ts";
import type { ErrorFields } from "../../runtime/errors.ts";
import { answerReader } from "../experiment/answer-reader.ts";
import type { JsHost } from "../experiment/js/execution.ts";
import type { Plan, PlannedRun } from "../experiment/plan.ts";
import type { ExperimentResult, RunRecord } from "../experiment/result.ts";
import { type KnownAnswer, type RunObserver, runPlan } from "../experiment/run-plan.ts";
import { ToolModel } from "../experiment/tools/tool-model.ts";
import type { ToolStep } from "../experiment/tools/tool.ts";
import { untilReached, untilRemark } from "../experiment/until.ts";
import { type DataSet, loadData } from "./data-file.ts";
import type { RunnerFolders } from "./folders.ts";
import { JobCache } from "./job-cache.ts";
import { JobBackends } from "./job-backends.ts";
import type { ModelAccess, RuntimeApi } from "./model-access.ts";
import { chooseModel, type ModelChoice } from "./model-choice.ts";
import type { PromptJob } from "./prompt-job.ts";
import { planOf } from "./prompt-plan.ts";
import { jobAssertions } from "./job-assertions.ts";
import { jobTools, withTools } from "./job-tools.ts";
import { NO_HOST } from "./js-host.ts";
import { SavedRuns } from "./saved-runs.ts";
import { type Sidecar, writeSidecar } from "./sidecar.ts";
import type { UserCode } from "./user-code.ts";

export interface JobObserver extends RunObserver {
  /** Something before the first request takes time: plain words. */
  onStep(step: string): void;
  /** The requests begin now. */
  onPlan(plan: Plan, job: PromptJob): void;
  /** A tool has answered. */
  onToolStep?(step: ToolStep): void;
}

export interface FinishedJob {
  job: PromptJob;
  plan: Plan;
  choice: ModelChoice;
  result: ExperimentResult;
  data: DataSet | null;
  /** The file that holds all samples, where the output does not; null where it does. */
  sidecar: Sidecar | null;
  /** What a reader must know of data, results file and cache. */
  remarks: string[];
  /** Why the cell did not go on after its first answer. */
  refusal?: ErrorFields | null;
}

export interface RunnerOptions {
  access: ModelAccess;
  /** Model for prompts that name none. */
  model: string | undefined;
  folders: RunnerFolders;
  version: string;
  code: UserCode;
  /** How the requests of one cell are sent again where they were turned away. */
  backOff?: (() => BackOff) | undefined;
}

/** Brings a prompt job to a model: reads its data, connects, makes every needed precision ready, runs the plan. */
export class PromptRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Rejects for what stops all runs (no data, no runtime, no such model, `bad_schema`, `too_many_runs`, `cancelled` before the first run). */
  async run(job: PromptJob, signal: AbortSignal, observer: JobObserver, host: JsHost = NO_HOST): Promise<FinishedJob> {
    const { folders } = this.#options;
    const data = await loadData(job.settings, folders.notebook);
    const saved = await SavedRuns.open(job.settings, folders.notebook, planOf(job, data?.rows ?? null));
    try {
      return await this.#run(job, data, saved, signal, observer, host);
    } finally {
      await saved.close();
    }
  }

  async #run(job: PromptJob, data: DataSet | null, saved: SavedRuns, signal: AbortSignal, observer: JobObserver, host: JsHost): Promise<FinishedJob> {
    const { settings } = job;
    const { access, folders, version, code } = this.#options;
    const read = answerReader(settings.output);
    const backends = await JobBackends.connect(saved.plan, access, (step) => observer.onStep(step), signal);
    const { model } = backends;
    const { runtime } = backends.main;
    const choice = await this.#choose(job, runtime, signal);
    const named = await backends.named(saved.plan, async (other) => (other === runtime ? choice : await this.#choose(job, other, signal)).model);
    const tools = await jobTools(job, code, host, signal);
    const plan = withTools(named, tools, settings.tool_choice);
    const asked = tools.length === 0 ? model : new ToolModel(model, tools, (name, args, stop) => code.callTool(name, args, host, stop), (step) => observer.onToolStep?.(step));
    const known: Map<PlannedRun, KnownAnswer> = saved.recall(plan);
    const loaded = await backends.load(plan.runs.filter((run) => run.problem === null && !known.has(run)), signal, (step) => observer.onStep(step));
    const cache = await JobCache.open(settings, { runtime, local: backends.local, loaded, folders, version });
    await cache?.find(plan, known);
    observer.onPlan(plan, job);
    const { until, runs = 1, concurrency } = settings;
    const result = await runPlan(plan, {
      model: asked, read, concurrency, known, backOff: this.#options.backOff?.(), assertions: jobAssertions(job, plan, { code, host, model, runtime, folder: folders.notebook }),
      ...(until === undefined ? {} : { enough: (records: readonly RunRecord[]) => untilReached(until, runs, records) }),
      keep: async (run, record) => {
        await saved.keep(run, record);
        await cache?.keep(run, record);
      },
    }, signal, observer);
    await saved.close();
    await cache?.close();
    const sidecar = await writeSidecar(result, settings, folders.notebook);
    const change = await data?.changeNote() ?? null;
    const remarks = [...(until === undefined ? [] : [untilRemark(until, result)]), ...(change === null ? [] : [change]), ...saved.remarks(), ...(cache?.remarks(result) ?? []), ...(sidecar?.remarks ?? [])];
    return { job, plan, choice, result, data, sidecar: sidecar?.path === null ? null : sidecar, remarks };
  }

  async #choose({ settings, sources }: PromptJob, runtime: RuntimeApi, signal: AbortSignal): Promise<ModelChoice> {
    if (settings.model !== undefined) return { model: settings.model, source: sources["model"] ?? "cell" };
    return chooseModel(runtime, this.#options.model, signal);
  }
}
